import { encode } from './codec.ts';
import { MsgpackWriter } from './msgpack-writer.ts';
import type { SumsRow, TopicRow } from './protocol.ts';
import type { Appetite, MetricScore, ScoredDealer } from './selection.ts';

type Write<T> = (writer: MsgpackWriter, value: T) => void;

const text: Write<string> = (writer, value) => writer.text(value);
const number: Write<number> = (writer, value) => writer.number(value);
const boolean: Write<boolean> = (writer, value) => writer.boolean(value);
const numberOrNull: Write<number | null> = (writer, value) => {
  if (value === null) writer.nil();
  else writer.number(value);
};

function list<T>(write: Write<T>): Write<readonly T[]> {
  return (writer, values) => {
    writer.array(values.length);
    for (let i = 0; i < values.length; i++) write(writer, values[i]!);
  };
}

/** Objects with all of these fields and no others, in this order; at most 15. */
function record<T extends object>(fields: { readonly [K in keyof T]-?: Write<T[K]> }): Write<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const keys = names.map((name) => encode(name));
  // The first key with the head of the map before it.
  keys[0] = Uint8Array.of(0x80 + names.length, ...keys[0]!);
  const writes = names.map((name) => fields[name]);
  return (writer, value) => {
    for (let i = 0; i < names.length; i++) {
      writer.raw(keys[i]!);
      writes[i]!(writer, value[names[i]!]);
    }
  };
}

const writeMetric = record<MetricScore>({
  metric: text,
  estimate: number,
  standardError: numberOrNull,
  normalised: number,
  weight: number,
  contribution: number,
  mass: number,
  effectiveSample: number,
});

const writeScored = record<ScoredDealer>({
  dealerId: text,
  rank: numberOrNull,
  value: number,
  composite: number,
  compositeStandardError: numberOrNull,
  displayScore: number,
  insufficient: boolean,
  tier: numberOrNull,
  appetite: record<Appetite>({ state: text, z: numberOrNull }),
  metrics: list(writeMetric),
});

const writeSums = record<SumsRow>({ dealerId: text, sums: list(number) });

const writer = new MsgpackWriter();

/** The bytes of `encode` for each row, side by side in one buffer of their own. */
export function encodeRows(rows: readonly TopicRow[]): Uint8Array<ArrayBuffer>[] {
  const ends = rows.map((row) => {
    if ('sums' in row) writeSums(writer, row);
    else writeScored(writer, row);
    return writer.length;
  });
  const bytes = writer.take();
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1]!, end));
}
