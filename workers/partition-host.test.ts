import { expect, test } from 'vitest';
import { BenchmarkBook } from '../engine/lifecycle/benchmark-book.ts';
import { createBoard, PARTITION_SHAPE } from '../engine/scoreboard/board.ts';
import { BoardReader } from '../engine/scoreboard/board-reader.ts';
import { DEFAULT_MODEL } from '../engine/scoring/model.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import { PartitionHost } from './partition-host.ts';

const T0 = 1_700_000_000_000_000;

test('readers hear of an instrument whenever its record says something new', () => {
  const shape = { ...PARTITION_SHAPE, rows: 16, cells: 4096, nameBytes: 4096 };
  const board = createBoard(shape);
  const host = new PartitionHost(0, board, new BenchmarkBook(DEFAULT_MODEL), DEFAULT_MODEL);
  const record = (n: number, fields: object) =>
    ({
      kind: 'instrument',
      id: `i${n}`,
      tsEvent: T0 + n,
      instrumentId: 'X',
      ...fields,
    }) as FirstcallEvent;
  const events = [
    record(0, { sector: 'FIN' }),
    record(1, { sector: 'FIN' }),
    record(2, { sector: 'FIN', averageDailyVolume: 5e6 }),
    record(3, { sector: 'FIN', averageDailyVolume: 5e6 }),
    record(4, { sector: 'FIN', averageDailyVolume: 6e6 }),
    record(5, { sector: 'FIN' }),
  ];
  host.take(1, events, 0);
  host.publish(1);
  const heard: string[] = [];
  const ear = { dealer() {}, scope() {}, row() {} };
  const instrument = (json: string) => heard.push((JSON.parse(json) as FirstcallEvent).id);
  new BoardReader(board, { ...ear, instrument }).read(() => {});
  expect(heard).toEqual(['i0', 'i2', 'i4', 'i5']);
});
