import { afterEach, describe, expect, test, vi } from 'vitest';
import { encode } from './codec.ts';
import { Compiler } from './codec-compiler.ts';
import { ShapeBook, ShapeBooks } from './codec-shapes.ts';
import { TextCache } from './codec-texts.ts';
import { MsgpackBytes } from './msgpack-bytes.ts';
import { MsgpackReader } from './msgpack-reader.ts';

const OFTEN = 64;

const compiler = () => new Compiler(new TextCache(), () => null);
const keysOf = (n: number) => ['kind', 'id', `key${n}`];

function noteOften(book: ShapeBook, keys: string[], times = OFTEN): void {
  for (let i = 0; i < times; i++) book.note(keys);
}

describe('what comes often is read by code made for it', () => {
  test('a shape of a map', () => {
    const book = new ShapeBook(compiler(), 'order');
    noteOften(book, keysOf(1), OFTEN - 1);
    expect(book.read).toBeNull();
    book.note(keysOf(1));
    const input = new MsgpackBytes();
    input.take(encode({ kind: 'order', id: 'a', key1: 1.5, more: 2 }));
    input.at = 1;
    expect(book.read!(input, 4, 1)).toEqual({ kind: 'order', id: 'a', key1: 1.5 });
    expect(input.missing).toBe(1);
  });
});

describe('what a hostile sender can have learned is bounded', () => {
  test('shapes of a kind', () => {
    const book = new ShapeBook(compiler(), 'order');
    for (let n = 0; n < 16; n++) noteOften(book, keysOf(n));
    expect(book.isOpen).toBe(false);
  });

  test('keys that are no names are not learned', () => {
    const book = new ShapeBook(compiler(), 'order');
    noteOften(book, ['kind', 'a b']);
    noteOften(book, ['kind', 'x'.repeat(32)]);
    noteOften(
      book,
      Array.from({ length: 32 }, (_, i) => `k${i}`),
    );
    expect(book.read).toBeNull();
  });

  test('kinds, and code that is made at all', () => {
    const shared = compiler();
    const books = new ShapeBooks(shared);
    for (let n = 0; n < 100; n++) books.open(`kind${n}`);
    const input = new MsgpackBytes();
    const isKnown = (kind: string) => {
      input.take(encode({ kind }));
      input.at = 1;
      return books.at(input) !== null;
    };
    expect([isKnown('kind63'), isKnown('kind64')]).toEqual([true, false]);
    const made = Array.from({ length: 600 }, () => shared.maps([['kind']], 'order'));
    expect(made.filter((read) => read !== null)).toHaveLength(512);
  });

  test('ever other maps are read as they are', () => {
    const reader = new MsgpackReader({ compiles: true });
    for (let i = 0; i < 20_000; i++) {
      const map = { kind: `kind${i % 90}`, [`key${i % 7}`]: i, [`x${i % 300}`]: { y: i } };
      expect(reader.read(encode(map))).toStrictEqual(map);
    }
  });
});

describe('where no code may be made from text', () => {
  afterEach(() => void vi.unstubAllGlobals());

  test('events are read all the same', () => {
    vi.stubGlobal(
      'Function',
      class {
        constructor() {
          throw new EvalError('not allowed');
        }
      },
    );
    const clock = { kind: 'clock', id: 'c', tsEvent: 1_700_000_000_000_000 };
    const reader = new MsgpackReader({ compiles: true });
    for (let i = 0; i < 2 * OFTEN; i++) expect(reader.read(encode(clock))).toEqual(clock);
  });
});
