import { expect, test } from 'vitest';
import { type BoardBuffer, createBoard, HEADER, PARTITION_SHAPE, ROW_STRIDE } from './board.ts';
import { type BoardListener, BoardReader } from './board-reader.ts';
import { BoardWriter } from './board-writer.ts';

const shape = { ...PARTITION_SHAPE, rows: 4, nameBytes: 1024 };

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

function setAll(writer: BoardWriter, rows: number, value: number): void {
  for (let row = 0; row < rows; row++) writer.cells[writer.touch(row)] = value;
  writer.header[HEADER.sequence] = value;
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
  expect(reader.read(({ cells, header }) => [cells[0], header[HEADER.sequence]])).toEqual([0, 0]);
  expect(ear.heard).toEqual([]);
  writer.publish();
  expect(reader.read(({ cells, header }) => [cells[0], header[HEADER.sequence]])).toEqual([7, 7]);
  expect(ear.heard).toEqual(['scope ALL', 'dealer D0', 'dealer D1', 'row 0 0', 'row 0 1']);
});

test('a read that a publish overtakes is done again on the newer version', () => {
  const { board, writer } = boardOf(2);
  setAll(writer, 2, 1);
  writer.publish();
  const reader = new BoardReader(board, listener());
  let reads = 0;
  const seen = reader.read(({ cells }) => {
    reads++;
    const first = cells[0];
    if (reads === 1) {
      // The writer overtakes twice, so that the half being read is written again.
      setAll(writer, 2, 2);
      writer.publish();
      setAll(writer, 2, 3);
      writer.publish();
    }
    return [first, cells[ROW_STRIDE]];
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

test('a lease puts a version off, for a bounded number of times', () => {
  const { board, writer } = boardOf(1);
  const reader = new BoardReader(board, listener());
  const published = reader.readAtLeisure(() => writer.publish());
  expect(published).toBe(false);
  expect(writer.publish()).toBe(true);
  let deferrals = 0;
  let done = false;
  reader.readAtLeisure(() => {
    // The forced version overtakes this read, which therefore runs again.
    while (!done && !writer.publish()) deferrals++;
    done = true;
  });
  expect(deferrals).toBe(20);
});

test('both halves hold every change, however few rows a version touches', () => {
  const { board, writer } = boardOf(3);
  setAll(writer, 3, 1);
  writer.publish();
  writer.cells[writer.touch(1)] = 5;
  writer.publish();
  writer.publish();
  const reader = new BoardReader(board, listener());
  const firsts = reader.read(({ cells }) => [0, 1, 2].map((row) => cells[row * ROW_STRIDE]));
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
