import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway } from '../../engine/gateway/gateway.ts';
import type { Gateway } from '../../engine/gateway/services.ts';
import { HandDrivenEngine } from '../../engine/gateway/testing/hand-driven-engine.ts';
import { canonicalRules, DEFAULT_RULES } from '../../engine/rules/rules.ts';
import { CELL_FIELDS, CELL_STRIDE, observe } from '../../engine/scoring/cell.ts';
import { decayTime } from '../../engine/scoring/decay.ts';
import {
  COLUMN_COUNT,
  canonicalModel,
  columnHalfLives,
  DEFAULT_MODEL,
  MICROS_PER_DAY,
} from '../../engine/scoring/model.ts';
import type { ScoreRows } from '../../engine/scoring/score-rows.ts';
import { select } from '../../engine/selection/select.ts';
import type { DealerId, InstrumentId, IssuerId, OrderId } from '../../schemas/ids.ts';
import type { SumsRow } from '../../schemas/protocol.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import { contentHash } from './content-hash.ts';
import { connectFirstcall, type FirstcallClient } from './index.ts';
import { LocalScores } from './local-scores.ts';

const DAY_0 = 19_700 * MICROS_PER_DAY;
const CHAIN = ['instrument:US0001', 'issuer:ACME', 'CORP-TECH-A-2_5', 'CORP', 'ALL'];
const INSTRUMENT: InstrumentEvent = {
  kind: 'instrument',
  id: 'i1',
  tsEvent: DAY_0,
  instrumentId: 'US0001' as InstrumentId,
  issuerId: 'ACME' as IssuerId,
  assetClass: 'CORP',
  sector: 'TECH',
  rating: 'A',
  maturityDate: '2027-06-01',
};
const ORDER: SelectRequest = {
  orderId: 'O1' as OrderId,
  instrumentId: 'US0001' as InstrumentId,
  side: 'buy',
  quantity: 1e6,
  tsEvent: DAY_0 + 3 * MICROS_PER_DAY,
  count: 3,
};

/** Decayed sums of a few observations a metric, made by the engine's own arithmetic. */
function sumsRow(dealerId: string, seed: number): SumsRow {
  const cells = new Float64Array(COLUMN_COUNT * CELL_STRIDE);
  const halfLives = columnHalfLives(DEFAULT_MODEL);
  for (let i = 0; i < COLUMN_COUNT * 9; i++) {
    const column = i % COLUMN_COUNT;
    const value = Math.abs(Math.sin(seed * 31 + i));
    const time = decayTime(DAY_0 + i * 1e9, halfLives[column]!, { whole: 0, scale: 1 });
    observe(cells, column * CELL_STRIDE, time, value, 1, 1);
  }
  const sums = Array.from({ length: COLUMN_COUNT }, (_, column) => [
    ...cells.subarray(column * CELL_STRIDE, column * CELL_STRIDE + CELL_FIELDS),
  ]);
  return { dealerId, sums: sums.flat() };
}

/** Lays rows out afresh, the plain way. */
function plainRows(scopes: readonly string[], rowsOf: (scope: string) => SumsRow[]): ScoreRows {
  const cells: number[] = [];
  const offsets = new Map<string, number>();
  for (const scope of scopes) {
    for (const { dealerId, sums } of rowsOf(scope)) {
      offsets.set(`${scope} ${dealerId}`, cells.length);
      for (let column = 0; column < COLUMN_COUNT; column++) {
        const cell = sums.slice(column * CELL_FIELDS, (column + 1) * CELL_FIELDS);
        cells.push(...cell, ...new Array(CELL_STRIDE - CELL_FIELDS).fill(0));
      }
    }
  }
  const ids = rowsOf('ALL').map((row) => row.dealerId as DealerId);
  const dealers = ids.filter((id) => id !== '*').sort();
  return {
    cells: Float64Array.from(cells),
    dealers,
    scopes: scopes.map((scope) => ({
      scope,
      rowAt: Int32Array.from(dealers, (id) => offsets.get(`${scope} ${id}`) ?? -1),
    })),
    poolAt: offsets.get('ALL *') ?? -1,
  };
}

describe('selectLocally', () => {
  let engine: HandDrivenEngine;
  let gateway: Gateway;
  let client: FirstcallClient;

  beforeEach(async () => {
    engine = new HandDrivenEngine();
    engine.asOf = ORDER.tsEvent;
    engine.modelHash = await contentHash(canonicalModel(DEFAULT_MODEL));
    engine.rulesHash = await contentHash(canonicalRules(DEFAULT_RULES));
    engine.instruments.set('US0001', INSTRUMENT);
    for (const [i, scope] of CHAIN.entries()) {
      const dealers = ['*', 'GS', 'MS', 'JPM', 'DB'].slice(scope === 'ALL' ? 0 : 1, i + 2);
      engine.change(
        `sums:${scope}`,
        dealers.map((id, j) => sumsRow(id, i * 7 + j)),
      );
    }
    const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
    gateway = await createGateway(engine, options);
    engine.gateway = gateway;
    client = connectFirstcall({ url: `ws://127.0.0.1:${gateway.port}` });
  });

  afterEach(async () => {
    client.close();
    await gateway.close();
  });

  /** What the engine would answer from the same sums. */
  function expected(order = ORDER) {
    const rows = plainRows(CHAIN, (scope) => engine.rows(`sums:${scope}`) as SumsRow[]);
    return select(order, DEFAULT_RULES, rows, {
      model: DEFAULT_MODEL,
      modelHash: engine.modelHash,
      rulesHash: engine.rulesHash,
      position: { partitions: [7, 9], all: 3 },
      degradedPartitions: [],
      instrument: INSTRUMENT,
    });
  }

  it('answers what the engine answers from the same sums, to the bit', async () => {
    const watch = client.watchInstrument('US0001');
    await watch.whenLive();
    expect(watch.state).toBe('live');
    expect(engine.watched.toSorted()).toEqual(CHAIN.map((scope) => `sums:${scope}`).sort());
    const selection = client.selectLocally(ORDER);
    expect(selection).toEqual(expected());
    expect(selection.dealers).toHaveLength(3);
    expect(selection.scopes).toEqual(CHAIN);
  });

  it('follows changes, newcomers and leavers', async () => {
    await client.watchInstrument('US0001').whenLive();
    const all = client.sums('ALL');
    engine.change('sums:CORP', [sumsRow('GS', 99)]);
    engine.change('sums:issuer:ACME', [], ['GS']);
    engine.change('sums:ALL', [sumsRow('AAA', 5)], ['DB']);
    await new Promise<void>((resolve) => {
      all.onChange(() => all.seq === 2 && resolve());
    });
    expect(client.selectLocally({ ...ORDER, count: 10 })).toEqual(
      expected({ ...ORDER, count: 10 }),
    );
  });

  it('refuses what it cannot know', async () => {
    const code = (order: SelectRequest) => {
      try {
        client.selectLocally(order);
        return 'answered';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(ORDER)).toBe('notWatched');
    const watch = client.watchInstrument('US0001');
    expect(code(ORDER)).toBe('notReady');
    await watch.whenLive();
    // Three years on it is a bond of another maturity bucket, whose sums have to come first.
    expect(code({ ...ORDER, tsEvent: ORDER.tsEvent + 1000 * MICROS_PER_DAY })).toBe('notReady');
    await gateway.close();
    await new Promise<void>((resolve) => {
      if (client.state === 'stale') resolve();
      client.onState(() => resolve());
    });
    expect(code(ORDER)).toBe('stale');
    expect(client.selectLocally(ORDER, { allowStale: true })).toEqual(expected());
    watch.close();
    expect(code(ORDER)).toBe('notWatched');
    await expect(watch.whenLive()).rejects.toMatchObject({ code: 'closed' });
  });

  it('refuses to speak for an engine with another model or other rules', async () => {
    await client.watchInstrument('US0001').whenLive();
    const changed = () => new Promise<void>((resolve) => client.onStatus(() => resolve()));
    for (const field of ['modelHash', 'rulesHash'] as const) {
      const before = engine[field];
      engine[field] = 'other';
      const status = changed();
      gateway.statusChanged();
      await status;
      expect(() => client.selectLocally(ORDER)).toThrow(/other is not this client's/);
      engine[field] = before;
    }
  });
});

describe('LocalScores', () => {
  it('lays out whatever comes as a plain layout does', () => {
    const dealer = fc.constantFrom('*', 'A', 'B', 'C', 'a', 'Z');
    const scope = fc.constantFrom('ALL', 'CORP', 'X');
    const step = fc.record({
      scope,
      kind: fc.constantFrom('snapshot' as const, 'delta' as const, 'delta' as const),
      rows: fc.uniqueArray(fc.tuple(dealer, fc.nat(50)), { selector: ([id]) => id }),
      removed: fc.uniqueArray(dealer),
    });
    const forget = fc.record({ forget: scope });
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 6, arbitrary: step }, forget)), (steps) => {
        const scores = new LocalScores();
        const model = new Map<string, Map<string, SumsRow>>();
        for (const each of steps) {
          if ('forget' in each) {
            scores.forget(each.forget);
            model.delete(each.forget);
            continue;
          }
          const rows = each.rows.map(([id, seed]) => sumsRow(id, seed));
          const removed = each.kind === 'snapshot' ? [] : each.removed;
          scores.change(each.scope, { kind: each.kind, rows, removed });
          const old = each.kind === 'snapshot' ? undefined : model.get(each.scope);
          const table = new Map(old);
          for (const id of removed) table.delete(id);
          for (const row of rows) table.set(row.dealerId, row);
          model.set(each.scope, table);
          const scopes = ['X', 'CORP', 'ALL'];
          const plain = plainRows(scopes, (name) => [...(model.get(name)?.values() ?? [])]);
          expect(readAll(scores.rowsOf(scopes))).toEqual(readAll(plain));
        }
      }),
    );
  });

  it('refuses rows of another model', () => {
    const change = { kind: 'delta', rows: [{ dealerId: 'A', sums: [1] }], removed: [] } as const;
    expect(() => new LocalScores().change('ALL', change)).toThrow(/other metrics/);
  });
});

/** Every row by scope and dealer, wherever it lies. */
function readAll({ cells, dealers, scopes, poolAt }: ScoreRows) {
  const row = (at: number) => (at < 0 ? null : [...cells.subarray(at, at + COLUMN_COUNT * 8)]);
  return {
    dealers,
    pool: row(poolAt),
    scopes: scopes.map(({ scope, rowAt }) => [scope, dealers.map((_, i) => row(rowAt[i]!))]),
  };
}
