import { expect, test } from 'vitest';
import { blockLength, cellAt } from '../scoring/block.ts';
import { NEWEST_ASK, NEWEST_QUOTE, ROW_TIMES } from '../scoring/row-memory.ts';
import { type BoardBuffer, createBoard, HEADER, PARTITION_SHAPE } from './board.ts';
import { type BoardListener, BoardReader, type BoardVersion } from './board-reader.ts';
import { BoardWriter } from './board-writer.ts';

const shape = { ...PARTITION_SHAPE, rows: 4, cells: 4096, nameBytes: 1024 };
const COLUMN = 3;

function listener(): BoardListener & { heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    dealer: (name) => heard.push(`dealer ${name}`),
    scope: (name) => heard.push(`scope ${name}`),
    instrument: (json) => heard.push(`instrument ${json}`),
    row: (scope, dealer) => heard.push(`row ${scope} ${dealer}`),
  };
}

function set(writer: BoardWriter, row: number, value: number): void {
  const at = writer.cell(row, COLUMN);
  writer.cells[at] = value;
}

function setAll(writer: BoardWriter, rows: number, value: number): void {
  for (let row = 0; row < rows; row++) set(writer, row, value);
  writer.header[HEADER.sequence] = value;
}

/** What a reader sees in a row. */
function valueIn({ cells, blocks }: BoardVersion, row: number): number | null {
  const at = cellAt(cells, blocks[row]!, COLUMN);
  return at < 0 ? null : cells[at]!;
}

function timesIn({ times }: BoardVersion, row: number): Float64Array {
  return times.slice(row * ROW_TIMES, (row + 1) * ROW_TIMES);
}

function boardOf(rows: number): { board: BoardBuffer; writer: BoardWriter } {
  const board = createBoard(shape);
  const writer = new BoardWriter(board);
  const scope = writer.scopeIndex('ALL');
  for (let i = 0; i < rows; i++) writer.row(scope, writer.dealerIndex(`D${i}`));
  return { board, writer };
}

test('nothing is seen before it is published, and then all of it', () => {
  const { board, writer } = boardOf(2);
  const ear = listener();
  const reader = new BoardReader(board, ear);
  setAll(writer, 2, 7);
  const look = () => reader.read((v) => [valueIn(v, 0), v.header[HEADER.sequence]]);
  expect(look()).toEqual([null, 0]);
  expect(ear.heard).toEqual([]);
  writer.publish();
  expect(look()).toEqual([7, 7]);
  expect(ear.heard).toEqual(['scope ALL', 'dealer D0', 'dealer D1', 'row 0 0', 'row 0 1']);
});

test('a read that a publish overtakes is done again on the newer version', () => {
  const { board, writer } = boardOf(2);
  setAll(writer, 2, 1);
  writer.publish();
  const reader = new BoardReader(board, listener());
  let reads = 0;
  const seen = reader.read((version) => {
    reads++;
    const first = valueIn(version, 0);
    if (reads === 1) {
      // The writer overtakes twice, so that the half being read is written again.
      setAll(writer, 2, 2);
      writer.publish();
      setAll(writer, 2, 3);
      writer.publish();
    }
    return [first, valueIn(version, 1)];
  });
  expect(reads).toBe(2);
  expect(seen).toEqual([3, 3]);
});

test('a reader that is always overtaken gives up with a typed error', () => {
  const { board, writer } = boardOf(1);
  const reader = new BoardReader(board, listener());
  const overtaken = () => reader.read(() => writer.publish());
  expect(overtaken).toThrow(expect.objectContaining({ code: 'scoreboardBusy' }));
});

test('a reader that was overtaken puts the next versions off, for a bounded number of times', () => {
  const { board, writer } = boardOf(1);
  const reader = new BoardReader(board, listener());
  const published: boolean[] = [];
  reader.readAtLeisure(() => published.push(writer.publish()));
  expect(published).toEqual([true, false]);
  expect(writer.publish()).toBe(true);
  let deferrals = 0;
  let runs = 0;
  reader.readAtLeisure(() => {
    runs++;
    if (runs === 1) writer.publish();
    // The forced version overtakes this read, which therefore runs again.
    if (runs === 2) while (!writer.publish()) deferrals++;
  });
  expect({ deferrals, runs }).toEqual({ deferrals: 20, runs: 3 });
});

test('a name that is newer than the version read is heard with its own version', () => {
  const { board, writer } = boardOf(1);
  writer.publish();
  const ear = listener();
  const reader = new BoardReader(board, ear);
  writer.nameInstrument('{}');
  reader.read(() => {});
  expect(ear.heard).toEqual(['scope ALL', 'dealer D0', 'row 0 0']);
  writer.publish();
  reader.read(() => {});
  expect(ear.heard.at(-1)).toBe('instrument {}');
});

test('a time is raised and never lowered, beside cells and without any', () => {
  const { board, writer } = boardOf(2);
  const times = () =>
    new BoardReader(board, listener()).read((version) =>
      [0, 1].map((row) => [...timesIn(version, row)]),
    );
  writer.newest.raise(0, NEWEST_QUOTE, 5);
  writer.publish();
  expect(times()).toEqual([
    [5, 0],
    [0, 0],
  ]);
  set(writer, 0, 3);
  writer.newest.raise(0, NEWEST_QUOTE, 4);
  writer.newest.raise(0, NEWEST_ASK, 9);
  writer.newest.raise(1, NEWEST_ASK, 8);
  writer.publish();
  expect(times()).toEqual([
    [5, 9],
    [0, 8],
  ]);
  const reader = new BoardReader(board, listener());
  expect(reader.read((version) => valueIn(version, 0))).toBe(3);
});

test('times that are raised take no room for cells, and what a reader holds of them stays', () => {
  const { board, writer } = boardOf(2);
  const { rowBytes } = writer;
  writer.newest.raise(1, NEWEST_ASK, 5);
  writer.publish();
  const reader = new BoardReader(board, listener());
  const seen = reader.read((version) => {
    writer.newest.raise(1, NEWEST_ASK, 6);
    writer.newest.raise(0, NEWEST_QUOTE, 7);
    return [0, 1].map((row) => [...timesIn(version, row)]);
  });
  expect(seen).toEqual([
    [0, 0],
    [0, 5],
  ]);
  for (let i = 0; i < 3; i++) {
    writer.publish();
    expect(reader.read((version) => [...timesIn(version, 0), ...timesIn(version, 1)])).toEqual([
      7, 0, 0, 6,
    ]);
  }
  expect(writer.rowBytes).toBe(rowBytes);
});

test('each version says which rows have other times and which have other cells', () => {
  const { board, writer } = boardOf(3);
  set(writer, 0, 1);
  writer.newest.raise(1, NEWEST_QUOTE, 5);
  writer.publish();
  set(writer, 2, 1);
  writer.newest.raise(2, NEWEST_QUOTE, 5);
  writer.newest.raise(1, NEWEST_QUOTE, 4);
  writer.publish();
  const versions = new BoardReader(board, listener()).read(({ rowVersions, timeVersions }) =>
    [rowVersions, timeVersions].map((list) => [...list.subarray(0, 3)]),
  );
  expect(versions).toEqual([
    [1, 0, 2],
    [0, 1, 2],
  ]);
});

test('both halves hold every change, however few rows a version touches', () => {
  const { board, writer } = boardOf(3);
  setAll(writer, 3, 1);
  writer.publish();
  set(writer, 1, 5);
  writer.publish();
  writer.publish();
  const reader = new BoardReader(board, listener());
  const firsts = reader.read((version) => [0, 1, 2].map((row) => valueIn(version, row)));
  expect(firsts).toEqual([1, 5, 1]);
});

test('a full board refuses a new pair, counts it, and keeps the others', () => {
  const { board, writer } = boardOf(4);
  expect(writer.row(writer.scopeIndex('CORP'), writer.dealerIndex('D0'))).toBe(-1);
  expect(writer.row(writer.scopeIndex('ALL'), writer.dealerIndex('D0'))).toBe(0);
  expect(writer.refused).toBe(1);
  writer.publish();
  const reader = new BoardReader(board, listener());
  expect(reader.read(({ header }) => header[HEADER.rows])).toBe(4);
});

test('what a reader holds stays as it was while the next version is written', () => {
  const { board, writer } = boardOf(2);
  setAll(writer, 2, 1);
  writer.publish();
  const reader = new BoardReader(board, listener());
  const seen = reader.read((version) => {
    setAll(writer, 2, 2);
    writer.cell(0, COLUMN + 1);
    writer.cell(1, COLUMN - 1);
    return [valueIn(version, 0), valueIn(version, 1)];
  });
  expect(seen).toEqual([1, 1]);
  writer.publish();
  expect(reader.read((version) => [valueIn(version, 0), valueIn(version, 1)])).toEqual([2, 2]);
});

test('rows that change over and over take no more room', () => {
  const { writer } = boardOf(3);
  setAll(writer, 3, 1);
  writer.publish();
  setAll(writer, 3, 2);
  writer.publish();
  const before = writer.rowBytes;
  for (let i = 0; i < 1000; i++) {
    setAll(writer, 3, i);
    writer.publish();
  }
  expect(writer.rowBytes).toBe(before);
});

test('a board without room for cells refuses them, counts it, and keeps the others', () => {
  const board = createBoard({ ...shape, cells: 8 + blockLength(1) });
  const writer = new BoardWriter(board);
  const row = writer.row(writer.scopeIndex('ALL'), writer.dealerIndex('D0'));
  expect(writer.cell(row, COLUMN)).toBeGreaterThan(0);
  expect(writer.cell(row, COLUMN + 1)).toBe(-1);
  expect(writer.refused).toBe(1);
  expect(writer.cell(row, COLUMN)).toBeGreaterThan(0);
});
