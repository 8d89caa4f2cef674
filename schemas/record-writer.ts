import { encode } from './codec.ts';
import { type MsgpackWriter, pieceOf } from './msgpack-writer.ts';

export type Write<T> = (writer: MsgpackWriter, value: T) => void;

export const text: Write<string> = (writer, value) => writer.text(value);
export const uniqueText: Write<string> = (writer, value) => writer.uniqueText(value);
export const number: Write<number> = (writer, value) => writer.number(value);
export const boolean: Write<boolean> = (writer, value) => writer.boolean(value);
export const numberOrNull = orNull(number);

export function orNull<T>(write: Write<T>): Write<T | null> {
  return (writer, value) => {
    if (value === null) writer.nil();
    else write(writer, value);
  };
}

export function list<T>(write: Write<T>): Write<readonly T[]> {
  return (writer, values) => {
    writer.array(values.length);
    for (let i = 0; i < values.length; i++) write(writer, values[i]!);
  };
}

/** Whatever `encode` takes, by it. */
export const anything: Write<unknown> = (writer, value) => writer.raw(encode(value));

/** How each field is written. */
export type Fields<T> = { readonly [K in keyof T]-?: Write<T[K]> };

/** Objects with all of these fields and no others, in this order. */
export function record<T extends object>(fields: Fields<T>): Write<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const keys = names.map((name) => encode(name));
  // The first key with the head of the map before it.
  keys[0] = Uint8Array.of(...mapHead(names.length), ...keys[0]!);
  const pieces = keys.map(pieceOf);
  const writes = names.map((name) => fields[name]);
  return (writer, value) => {
    for (let i = 0; i < names.length; i++) {
      writer.piece(pieces[i]!);
      writes[i]!(writer, value[names[i]!]);
    }
  };
}

function mapHead(size: number): number[] {
  return size < 16 ? [0x80 + size] : [0xde, size >> 8, size & 0xff];
}
