import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway } from '../../engine/gateway/gateway.ts';
import { MAX_DESK_BYTES } from '../../engine/gateway/limits.ts';
import type { Gateway } from '../../engine/gateway/services.ts';
import { HandDrivenEngine } from '../../engine/gateway/testing/hand-driven-engine.ts';
import type { Rules } from '../../engine/rules/decided.ts';
import { DEFAULT_RULES } from '../../engine/rules/rules.ts';
import { readRules } from '../../engine/rules/rules-file.ts';
import { canonicalModel, DEFAULT_MODEL, MICROS_PER_DAY } from '../../engine/scoring/model.ts';
import { select } from '../../engine/selection/select.ts';
import type { DealerId, InstrumentId, IssuerId, OrderId } from '../../schemas/ids.ts';
import type { SumsRow } from '../../schemas/protocol.ts';
import type { DealerEvent, InstrumentEvent } from '../../schemas/reference.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import { contentHash } from './content-hash.ts';
import { connectFirstcall, type FirstcallClient } from './index.ts';
import { freePort } from './testing/clients.ts';
import { DAY_0, plainRows, sumsRow } from './testing/sums-rows.ts';

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

describe('selectLocally', () => {
  let engine: HandDrivenEngine;
  let gateway: Gateway;
  let client: FirstcallClient;

  beforeEach(async () => {
    engine = new HandDrivenEngine();
    engine.asOf = ORDER.tsEvent;
    engine.modelHash = await contentHash(canonicalModel(DEFAULT_MODEL));
    await useRules(DEFAULT_RULES);
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

  async function useRules(rules: Rules): Promise<void> {
    engine.rulesText = rules.canonical;
    engine.rulesHash = await contentHash(rules.canonical);
  }

  function changed(): Promise<void> {
    return new Promise((resolve) => {
      const off = client.onStatus(() => {
        off();
        resolve();
      });
    });
  }

  async function sayStatus(): Promise<void> {
    const status = changed();
    gateway.statusChanged();
    await status;
  }

  function codeOf(order = ORDER, options?: { allowStale: boolean }) {
    try {
      client.selectLocally(order, options);
      return 'answered';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  /** What the engine would answer from the same sums. */
  function expected(order = ORDER, rules = DEFAULT_RULES) {
    const known = engine.dealers.map(({ dealerId }) => dealerId);
    const rowsOf = (scope: string) => engine.rows(`sums:${scope}`) as SumsRow[];
    const rows = plainRows(CHAIN, rowsOf, known);
    return select(order, rules, rows, {
      model: DEFAULT_MODEL,
      modelHash: engine.modelHash,
      rulesHash: engine.rulesHash,
      position: { partitions: [7, 9], all: 3, tiers: 0 },
      degradedPartitions: [],
      instrument: INSTRUMENT,
      records: {
        sequence: engine.directory,
        get: (id) => engine.dealers.find(({ dealerId }) => dealerId === id),
      },
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
    const code = codeOf;
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

  it('refuses to speak for an engine with another model', async () => {
    await client.watchInstrument('US0001').whenLive();
    engine.modelHash = 'other';
    await sayStatus();
    expect(() => client.selectLocally(ORDER)).toThrow(/other is not this client's/);
  });

  it('follows rules and dealer records as the engine changes them', async () => {
    const watch = client.watchInstrument('US0001');
    await watch.whenLive();
    const rules = readRules(RULES);
    await useRules(rules);
    engine.directory = 9;
    engine.dealers = [dealerRecord('GS', false), dealerRecord('NEW', true)];
    await sayStatus();
    expect(codeOf()).toBe('notReady');
    expect(watch.state).toBe('stale');
    expect(client.selectLocally(ORDER, { allowStale: true }).directory).toBe(0);
    await watch.whenLive();
    const { count: _, ...withoutCount } = ORDER;
    const selection = client.selectLocally(withoutCount);
    expect(selection).toEqual(expected(withoutCount, rules));
    expect(selection).toMatchObject({ rulesHash: engine.rulesHash, directory: 9 });
    expect(selection.dealers).toHaveLength(2);
    expect(selection.filtered.map(({ dealerId }) => dealerId)).toEqual(['GS']);
    const all = [
      ...selection.dealers.map(({ dealerId }) => dealerId),
      ...selection.others.dealerIds,
    ];
    expect(all).toContain('NEW');
  });

  it('asks once for any number of changes, and ends with the newest', async () => {
    const watch = client.watchInstrument('US0001');
    await watch.whenLive();
    const before = engine.desksAsked;
    for (let directory = 1; directory <= 50; directory++) {
      engine.directory = directory;
      gateway.statusChanged();
    }
    await new Promise<void>((resolve) => {
      client.onStatus(() => client.status?.directory === 50 && resolve());
    });
    await watch.whenLive();
    expect(client.selectLocally(ORDER).directory).toBe(50);
    expect(engine.desksAsked - before).toBeLessThanOrEqual(3);
  });

  it('says what stands in the way of the rules, and goes on when that is gone', async () => {
    const watch = client.watchInstrument('US0001');
    await watch.whenLive();
    engine.rulesHash = 'other';
    await sayStatus();
    await expect(watch.whenLive()).rejects.toMatchObject({ code: 'rulesMismatch' });
    expect(codeOf()).toBe('rulesMismatch');
    expect(codeOf(ORDER, { allowStale: true })).toBe('answered');
    engine.rulesText = '{"language":"of tomorrow"}';
    engine.rulesHash = await contentHash(engine.rulesText);
    await sayStatus();
    await expect(watch.whenLive()).rejects.toMatchObject({ code: 'rulesMismatch' });
    await useRules(DEFAULT_RULES);
    engine.directory = 1;
    await sayStatus();
    await watch.whenLive();
    expect(codeOf()).toBe('answered');
  });

  it('has the rules of the engine that it finds after its connection was lost', async () => {
    client.close();
    await gateway.close();
    const port = await freePort();
    const open = async () => {
      engine.watched = [];
      const options = { host: '127.0.0.1', port, library: 'auto', webDir: null } as const;
      gateway = await createGateway(engine, options);
      engine.gateway = gateway;
    };
    await open();
    const url = `ws://127.0.0.1:${port}`;
    client = connectFirstcall({ url, reconnectMinMs: 5, reconnectMaxMs: 20 });
    const watch = client.watchInstrument('US0001');
    await watch.whenLive();
    await useRules(readRules(RULES));
    await gateway.close();
    const status = changed();
    await open();
    await status;
    await watch.whenLive();
    expect(client.selectLocally(ORDER).rulesHash).toBe(engine.rulesHash);
  });

  it('says that the desk cannot be had, and tries again with the next status', async () => {
    engine.rulesText = 'x'.repeat(MAX_DESK_BYTES);
    engine.rulesHash = 'large';
    const watch = client.watchInstrument('US0001');
    await expect(watch.whenLive()).rejects.toMatchObject({
      code: 'notReady',
      message: expect.stringContaining('GET /desk'),
    });
    await useRules(DEFAULT_RULES);
    await sayStatus();
    await watch.whenLive();
    expect(codeOf()).toBe('answered');
  });

  it('does not ask for the desk before it selects', async () => {
    await client.whenLive();
    gateway.statusChanged();
    await client.select(ORDER);
    expect(engine.desksAsked).toBe(0);
  });
});

const RULES = `rules:
  - name: two
    call:
      - count: 2
`;

function dealerRecord(dealerId: string, enabled: boolean): DealerEvent {
  return { kind: 'dealer', id: dealerId, tsEvent: DAY_0, dealerId: dealerId as DealerId, enabled };
}
