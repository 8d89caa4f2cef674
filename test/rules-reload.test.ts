import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectFirstcall, type FirstcallClient } from '../client/src/index.ts';
import type { Engine } from '../engine/engine.ts';
import { createGateway } from '../engine/gateway/gateway.ts';
import type { Gateway } from '../engine/gateway/services.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import { DEFAULT_RULES } from '../engine/rules/rules.ts';
import { decode } from '../schemas/codec.ts';
import type { InstrumentId, OrderId } from '../schemas/ids.ts';
import type { RulesMessage } from '../schemas/rules-message.ts';
import { type LogNames, logNames } from '../schemas/subjects.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, SIM_START, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 2;
const { market, log } = simulatePartitions(
  { seed: 5, days: 1, rfqsPerDay: 150, dealers: 12, instruments: 6 },
  PARTITIONS,
);
const INSTRUMENT = market
  .reference()
  .flatMap((event) => (event.kind === 'instrument' ? [event.instrumentId] : []))[0]!;
const LOAD = { by: 'desk', reason: 'test' };

function calling(count: number): string {
  return `rules:\n  - name: call ${count}\n    call:\n      - count: ${count}\n`;
}

/** The same in a file that takes longer to compile than several short ones. */
function callingSlowly(count: number): string {
  const never = (i: number) => `  - { name: never ${i}, when: order.usd < -${i}, count: 1 }\n`;
  return calling(count) + Array.from({ length: 450 }, (_, i) => never(i + 1)).join('');
}

function orderOf(i: number) {
  return {
    orderId: `O${i}` as OrderId,
    instrumentId: INSTRUMENT as InstrumentId,
    side: 'buy' as const,
    quantity: 1e6,
    tsEvent: SIM_START + 2 * 86_400e6 + i,
  };
}

let nats: TestNats;
let nc: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

describe('rules of a log', () => {
  let names: LogNames;
  let logs = 0;
  const running: TestEngine[] = [];
  let gateway: Gateway | undefined;
  let client: FirstcallClient | undefined;

  beforeEach(async () => {
    names = logNames(`rules${logs++}`);
    await ensureLog(nc, names, PARTITIONS);
    await publishLog(nc, names, log);
  });

  afterEach(async () => {
    client?.close();
    await gateway?.close();
    gateway = undefined;
    await Promise.all(running.splice(0).map((engine) => engine.close()));
  });

  async function start(rulesFile?: { path: string; text: string }): Promise<Engine> {
    const started = await startEngine(nats.url, names, {
      partitions: PARTITIONS,
      ...(rulesFile === undefined ? {} : { rulesFile }),
      onStatus: () => gateway?.statusChanged(),
      onUpdate: (update) => gateway?.publish(update),
    });
    running.push(started);
    await until(() => started.engine.status().ready);
    return started.engine;
  }

  async function stopAll(): Promise<void> {
    await Promise.all(running.splice(0).map((engine) => engine.close()));
  }

  async function serve(engine: Engine): Promise<string> {
    const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
    gateway = await createGateway(engine, options);
    return `http://127.0.0.1:${gateway.port}`;
  }

  async function put(text: string): Promise<number> {
    const kv = await new Kvm(nc).open('firstcall_rules');
    return kv.put(`current.${names.log}`, JSON.stringify({ text, ...LOAD }));
  }

  async function revisionInKv(): Promise<number | undefined> {
    const kv = await new Kvm(nc).open('firstcall_rules');
    return (await kv.get(`current.${names.log}`))?.revision;
  }

  /** Every audit record about rules, oldest first. */
  async function audited(): Promise<RulesMessage[]> {
    const jsm = await jetstreamManager(nc);
    const { state } = await jsm.streams.info(names.decisionStream);
    const entries: RulesMessage[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await jsm.streams.getMessage(names.decisionStream, { seq });
      if (message?.subject === names.audit('rules')) {
        entries.push(decode(message.data) as RulesMessage);
      }
    }
    return entries;
  }

  it('change between two selections, never within one', async () => {
    const engine = await start();
    const url = await serve(engine);
    const before = engine.status().rulesHash;
    const seen: { hash: string; called: number }[] = [];
    let isLoaded = false;
    let posted = 0;
    const ask = async () => {
      while (!isLoaded || seen.length < 20) {
        const body = JSON.stringify(orderOf(posted++));
        const response = await fetch(`${url}/select`, { method: 'POST', body });
        const { rulesHash, dealers } = (await response.json()) as {
          rulesHash: string;
          dealers: unknown[];
        };
        seen.push({ hash: rulesHash, called: dealers.length });
      }
    };
    const asking = [ask(), ask(), ask()];
    await until(() => seen.length > 10);
    const body = JSON.stringify({ text: calling(2), ...LOAD });
    const response = await fetch(`${url}/rules`, { method: 'PUT', body });
    const { hash } = (await response.json()) as { hash: string };
    const after = Array.from({ length: 20 }, (_, i) => engine.select(orderOf(1e6 + i)));
    isLoaded = true;
    await Promise.all(asking);
    expect(hash).not.toBe(before);
    expect(new Set(after.map(({ rulesHash }) => rulesHash))).toEqual(new Set([hash]));
    expect(new Set(after.map(({ dealers }) => dealers.length))).toEqual(new Set([2]));
    expect(new Set(seen.map((each) => each.hash))).toEqual(new Set([before, hash]));
    for (const each of seen) expect(each.called).toBe(each.hash === hash ? 2 : 5);
  });

  it('stay as they are when a bad file comes, and say why', async () => {
    const engine = await start();
    const { hash, revision } = await engine.loadRules({ text: calling(3), ...LOAD });
    const bad = { text: 'rules: 7', ...LOAD };
    await expect(engine.loadRules(bad)).rejects.toMatchObject({ code: 'badRules' });
    expect(await revisionInKv()).toBe(revision);
    const refused = await put(bad.text);
    await until(() => engine.metrics().includes('firstcall_rules_refused_total 1'));
    expect(engine.rules()).toMatchObject({ hash, revision, text: calling(3) });
    expect(engine.select(orderOf(1)).dealers).toHaveLength(3);
    await until(async () => (await audited()).some(({ type }) => type === 'rulesRefused'));
    const entry = (await audited()).find(({ type }) => type === 'rulesRefused');
    expect(entry).toMatchObject({ revision: refused, kept: hash, message: expect.any(String) });
    // The newest that NATS has is bad, so the one before it is in force after a restart, too.
    await stopAll();
    const again = await start();
    expect(again.rules()).toMatchObject({ hash, revision });
    const next = await again.loadRules({ text: calling(4), ...LOAD, expectedHash: hash });
    expect(again.select(orderOf(2)).rulesHash).toBe(next.hash);
  });

  it('are the same in every engine of the log, recorded once, and kept by a restart', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    const builtIn = one!.status().rulesHash;
    expect(two!.status().rulesHash).toBe(builtIn);
    const first = await one!.loadRules({ text: calling(2), ...LOAD });
    await until(() => two!.status().rulesHash === first.hash);
    const change = { text: calling(4), ...LOAD };
    const late = two!.loadRules({ ...change, expectedHash: builtIn });
    await expect(late).rejects.toMatchObject({ code: 'conflict' });
    const { warnings, ...second } = await two!.loadRules({ ...change, expectedHash: first.hash });
    expect(warnings).toEqual([]);
    await until(() => one!.status().rulesHash === second.hash);
    expect(one!.rules()).toEqual({ ...two!.rules(), tsLoaded: expect.any(Number) });
    await stopAll();
    const again = await start();
    expect(again.rules()).toMatchObject({ ...second, text: calling(4), ...LOAD, size: 1 });
    await stopAll();
    const entries = (await audited()).flatMap((entry) => (entry.type === 'rules' ? [entry] : []));
    expect(entries.map(({ hash }) => hash)).toEqual([builtIn, first.hash, second.hash]);
    expect(entries[2]).toMatchObject({ text: calling(4), ...LOAD, revision: second.revision });
  });

  it('come into force in the order in which they came, however long each takes to compile', async () => {
    const engine = await start();
    const loads = [callingSlowly(2), calling(3), callingSlowly(4), calling(6)];
    const receipts = await Promise.all(loads.map((text) => engine.loadRules({ text, ...LOAD })));
    const revisions = receipts.map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    const { warnings: _, ...inForce } = receipts[3]!;
    expect(engine.rules()).toMatchObject({ ...inForce, text: calling(6) });
    // Two that come from elsewhere, and one from here that is of those in force before them.
    await put(callingSlowly(7));
    const last = await put(calling(8));
    const late = { text: calling(1), ...LOAD, expectedHash: receipts[3]!.hash };
    await expect(engine.loadRules(late)).rejects.toMatchObject({ code: 'conflict' });
    await until(() => engine.rules().revision === last);
    expect(engine.rules()).toMatchObject({ revision: last, text: calling(8) });
    await stopAll();
    const entries = (await audited()).flatMap((entry) => (entry.type === 'rules' ? [entry] : []));
    const texts = ['', ...loads, callingSlowly(7), calling(8)];
    expect(entries.map(({ text }) => text)).toEqual(texts);
    expect(entries.slice(1, 5).map(({ hash }) => hash)).toEqual(receipts.map(({ hash }) => hash));
  });

  it('hold up nobody while they are compiled, and are given up by a stop', async () => {
    const engine = await start();
    const text = callingSlowly(2);
    await engine.checkRules(text);
    let turns = 0;
    const ping = setInterval(() => void turns++, 1);
    const { hash } = await engine.checkRules(text);
    expect((await engine.loadRules({ text, ...LOAD })).hash).toBe(hash);
    clearInterval(ping);
    expect(turns).toBeGreaterThan(5);
    // As many as may wait: the last is not compiled before the stop.
    const given = Promise.allSettled(
      Array.from({ length: 16 }, () => engine.loadRules({ text: callingSlowly(3), ...LOAD })),
    );
    await stopAll();
    expect((await given).at(-1)).toMatchObject({ reason: { code: 'notReady' } });
  });

  it('are refused where too many wait', async () => {
    const engine = await start();
    const asked = Array.from({ length: 20 }, () => engine.checkRules(callingSlowly(2)));
    const settled = await Promise.allSettled(asked);
    const refused = settled.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({ reason: { code: 'notReady' } });
  });

  it('come from a file at the start, and go when their key is removed', async () => {
    const builtIn = contentHash(DEFAULT_RULES.canonical);
    const file = { path: 'rules.yaml', text: calling(3) };
    const engine = await start(file);
    expect(engine.rules()).toMatchObject({ text: calling(3), by: 'rulesFile' });
    const { revision } = engine.rules();
    await stopAll();
    const again = await start(file);
    expect(again.rules().revision).toBe(revision);
    await (await new Kvm(nc).open('firstcall_rules')).delete(`current.${names.log}`);
    await until(() => again.status().rulesHash === builtIn);
  });

  it('reach a client, which then answers as the engine does', async () => {
    const engine = await start();
    const url = await serve(engine);
    client = connectFirstcall({ url });
    await client.whenLive();
    const watch = client.watchInstrument(INSTRUMENT);
    await watch.whenLive();
    const same = async (i: number) => {
      await watch.whenLive();
      const answer = await client!.select(orderOf(i));
      const { position: _theirs, decisionId: _a, lagMs: _, ...theirs } = answer;
      const { position: _ours, decisionId: _b, ...ours } = client!.selectLocally(orderOf(i));
      expect(ours).toEqual(theirs);
      return ours;
    };
    for (const count of [2, 6, 3]) {
      const { hash } = await engine.loadRules({ text: calling(count), ...LOAD });
      await until(() => client?.status?.rulesHash === hash);
      const { rulesHash, dealers } = await same(count);
      expect({ rulesHash, called: dealers.length }).toEqual({ rulesHash: hash, called: count });
    }
    // A dealer is disabled in the log: the next answers of both leave it out.
    const { dealerId } = client.selectLocally(orderOf(9)).dealers[0]!;
    const before = client.status!.directory;
    const publisher = createPublisher(nc, names);
    const record = { kind: 'dealer', tsEvent: orderOf(0).tsEvent, dealerId } as const;
    await publisher.publish('all', 'dealer', [{ ...record, id: 'off', enabled: false }]);
    await publisher.flush();
    await until(() => client!.status!.directory > before);
    const { dealers, filtered } = await same(10);
    expect(dealers.map((dealer) => dealer.dealerId)).not.toContain(dealerId);
    expect(filtered.map((dealer) => dealer.dealerId)).toContain(dealerId);
  });
});
