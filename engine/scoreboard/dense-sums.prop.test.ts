import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decayTime } from '../scoring/decay.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, metricsOf } from '../scoring/model.ts';
import { NEWEST_ASK, NEWEST_QUOTE } from '../scoring/row-memory.ts';
import { ALL_SCOPE } from '../scoring/scopes.ts';
import { newestAsk, newestQuote, type ScoreRows } from '../scoring/score-rows.ts';
import { estimateDealers, estimateOf, metricAsOf } from '../scoring/shrinkage.ts';
import { observe } from '../scoring/testing/observe.ts';
import { createBoard } from './board.ts';
import { BoardReader } from './board-reader.ts';
import { BoardWriter } from './board-writer.ts';
import { RowIndex } from './row-index.ts';

const SHAPE = { rows: 256, cells: 65_536, nameBytes: 4096, headerFields: 16 };
const SCOPES = ['instrument:A', 'CORP', ALL_SCOPE];
const DEALERS = ['D1', 'D2', 'D3', 'D4', 'D5'];
const metrics = metricsOf(DEFAULT_MODEL);

const writes = fc.array(
  fc.record({
    scope: fc.nat(SCOPES.length - 1),
    dealer: fc.nat(DEALERS.length - 1),
    metric: fc.constantFrom(0, 1, 3),
    day: fc.integer({ min: 19_000, max: 21_500 }),
    value: fc.integer({ min: -20_000, max: 20_000 }).map((n) => n / 997),
  }),
  { maxLength: 8 },
);
const raises = fc.array(
  fc.record({
    scope: fc.nat(SCOPES.length - 1),
    dealer: fc.nat(DEALERS.length - 1),
    time: fc.constantFrom(NEWEST_QUOTE, NEWEST_ASK),
    t: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 4 },
);
/** A version of the board after some writes and times, and the moment that it is asked about. */
const versions = fc.array(
  fc.record({ writes, raises, asOfDay: fc.integer({ min: 20_000, max: 22_000 }) }),
  { minLength: 1, maxLength: 8 },
);

describe('sums side by side', () => {
  it('give the bits of the cells, kept from version to version or not', () => {
    fc.assert(
      fc.property(versions, (list) => {
        const board = createBoard(SHAPE);
        const writer = new BoardWriter(board);
        const [index, other] = [new RowIndex(), new RowIndex()];
        const [reader, otherReader] = [
          new BoardReader(board, index),
          new BoardReader(board, other),
        ];
        for (const { writes: some, raises: times, asOfDay } of list) {
          for (const each of some) write(writer, each);
          for (const { scope, dealer, time, t } of times) {
            writer.newest.raise(rowOf(writer, SCOPES[scope]!, dealer), time, t);
          }
          writer.publish();
          otherReader.read(() => undefined);
          reader.read((version) => {
            const kept = index.rowsOf(SCOPES, version, version);
            const anew = other.rowsOf(SCOPES, version);
            for (const rows of [kept, anew]) expectTimes(rows);
            for (const column of [0, 1, 3]) {
              const asOf = asOfDay * MICROS_PER_DAY;
              const of = metricAsOf(kept, asOf, metrics[column]!, 1);
              const all = [...kept.dealers.keys()];
              const wanted = all.map((dealer) => estimateOf(kept, dealer, of));
              for (const rows of [kept, anew]) {
                const out = new Float64Array(all.length);
                estimateDealers(rows, of, out);
                expect([...out]).toEqual(wanted);
              }
            }
          });
        }
      }),
    );
  });
});

/** The times side by side are those of the rows. */
function expectTimes(rows: ScoreRows): void {
  for (const [scope, { dense }] of rows.scopes.entries()) {
    const [quotes, asks] = (['newestQuote', 'newestAsk'] as const).map((f) => dense.field(rows, f));
    for (const dealer of rows.dealers.keys()) {
      const place = dense.placeOf[dealer]!;
      expect(place < 0 ? 0 : quotes![place]).toBe(newestQuote(rows, scope, dealer));
      expect(place < 0 ? 0 : asks![place]).toBe(newestAsk(rows, scope, dealer));
    }
  }
}

function rowOf(writer: BoardWriter, scope: string, dealer: number): number {
  return writer.row(writer.scopeIndex(scope), writer.dealerIndex(DEALERS[dealer]!));
}

function write(
  writer: BoardWriter,
  {
    scope,
    dealer,
    metric,
    day,
    value,
  }: { scope: number; dealer: number; metric: number; day: number; value: number },
): void {
  const t = day * MICROS_PER_DAY;
  const times = metrics[metric]!.halfLives.map((halfLife) => decayTime(t, halfLife));
  for (const name of new Set([SCOPES[scope]!, ALL_SCOPE])) {
    observe(writer.cells, writer.cell(rowOf(writer, name, dealer), metric), t, times, value, 1, 1);
  }
}
