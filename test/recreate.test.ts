import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { DEFAULT_RULES } from '../engine/rules/rules.ts';
import { readRules } from '../engine/rules/rules-file.ts';
import { canonicalModel } from '../engine/scoring/model.ts';
import { resolveModel } from '../engine/scoring/model-settings.ts';
import { DealerHistory } from '../engine/verify/dealer-history.ts';
import { describeTrial } from '../engine/verify/describe-trial.ts';
import { findDecision } from '../engine/verify/find-decision.ts';
import { LogStepper } from '../engine/verify/log-stepper.ts';
import { PastRules } from '../engine/verify/past-rules.ts';
import { readMessages } from '../engine/verify/read-messages.ts';
import { type Recreated, recreate } from '../engine/verify/recreate.ts';
import { tryRules } from '../engine/verify/rules-trial.ts';
import { decode } from '../schemas/codec.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { Selection, SelectRequest } from '../schemas/selection.ts';
import { type LogNames, logNames } from '../schemas/subjects.ts';
import { startEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, SIM_START, simulatePartitions } from './support/simulated-log.ts';
import { sliceLog } from './support/slices.ts';

const PARTITIONS = 4;
const DAYS = 3;
const { log, market } = simulatePartitions(
  { seed: 31, days: DAYS, rfqsPerDay: 500, dealers: 14, instruments: 30, clockMinutes: 5 },
  PARTITIONS,
);
/** Tiers that are easily reached, and readily left. */
const TIERS = [
  { enter: 0.6, leave: 0.59 },
  { enter: 0.5, leave: 0.49 },
];
const model = resolveModel({ tiers: TIERS });
const modelHash = contentHash(canonicalModel(model));

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

const startOn = (names: LogNames, shards: number) =>
  startEngine(nats.url, names, { partitions: PARTITIONS, shards, model });

let orders = 0;

function ask(engine: Engine): void {
  const n = orders++;
  const order = {
    orderId: `o${n}`,
    instrumentId: market.instruments[n % market.instruments.length]!.instrumentId,
    side: n % 3 === 0 ? 'sell' : 'buy',
    quantity: 100_000 * (1 + (n % 17)),
    tsEvent: Math.max(SIM_START, engine.status().asOf ?? 0) + 60e6 * (n % 5),
    ...(n % 7 === 0 ? { count: 3 } : {}),
  } as SelectRequest;
  try {
    engine.select(order);
  } catch (error) {
    // Nothing is merged yet, the board changes faster than it can be read, or has just moved on.
    const { code } = error as FirstcallError;
    if (!['notReady', 'scoreboardBusy', 'badOrder'].includes(code)) throw error;
  }
}

/** Publishes hours of the log, and asks for orders while the engine reads each. */
async function trade(engine: Engine, names: LogNames, from: number, to: number): Promise<void> {
  for (const hour of sliceLog(log, 60).slice(from, to)) {
    await publishLog(nc, names, hour, 7);
    for (let i = 0; i < 6; i++) {
      ask(engine);
      ask(engine);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function decisionsOf(names: LogNames): Promise<Selection[]> {
  const decisions: Selection[] = [];
  const range = { subject: names.decisions };
  for await (const { data } of readMessages(nc, names.decisionStream, range)) {
    decisions.push(decode(data) as Selection);
  }
  return decisions;
}

async function contextOf(names: LogNames) {
  return {
    nc,
    names,
    partitions: PARTITIONS,
    model,
    modelHash,
    dealers: await DealerHistory.read(nc, names, PARTITIONS),
    rules: await PastRules.read(nc, names, model),
  };
}

async function recreateAll(names: LogNames, decisions: Selection[]): Promise<Recreated[]> {
  const recreated: Recreated[] = [];
  for await (const each of recreate(decisions, await contextOf(names))) recreated.push(each);
  return recreated;
}

for (const shards of [1, 4]) {
  test(`decisions of ${shards} shard(s) are taken again to the last bit, restarts included`, async () => {
    const names = logNames(`s${shards}`);
    await ensureLog(nc, names, PARTITIONS);
    const first = await startOn(names, shards);
    await trade(first.engine, names, 0, 40);
    await first.close();
    // Decisions while the log is read again, behind those that were taken before.
    const second = await startOn(names, shards);
    await trade(second.engine, names, 40, 100);
    await until(() => second.engine.status().asOf! > SIM_START + DAYS * 86_400e6);
    ask(second.engine);
    await second.close();

    const decisions = await decisionsOf(names);
    const recreated = await recreateAll(names, decisions);
    expect(recreated.filter(({ differences }) => differences.length > 0)).toEqual([]);
    expect(recreated.map(({ decision }) => decision.orderId).sort()).toEqual(
      decisions.map(({ orderId }) => orderId).sort(),
    );
    // The test says something: many positions, several midnights, and dealers with tiers.
    expect(decisions.length).toBeGreaterThan(100);
    const positions = new Set(decisions.map(({ position }) => JSON.stringify(position)));
    expect(positions.size).toBeGreaterThan(20);
    expect(new Set(decisions.map(({ position }) => position.tiers)).size).toBeGreaterThan(2);
    expect(decisions.some(({ degraded }) => degraded)).toBe(true);
    const tiers = decisions.flatMap(({ dealers }) => dealers.map(({ tier }) => tier));
    expect(new Set(tiers).size).toBeGreaterThan(2);
    const last = decisions.at(-1)!;
    expect(await findDecision(nc, names, last.decisionId)).toEqual(last);
  });
}

test('a record that somebody has changed differs, and the path is named', async () => {
  const names = logNames('s1');
  const last = (await decisionsOf(names)).at(-1)!;
  const [dealer, ...others] = last.dealers;
  const composite = dealer!.composite + Number.EPSILON;
  const forged = { ...last, dealers: [{ ...dealer!, composite }, ...others] };
  const [{ differences }] = (await recreateAll(names, [forged])) as [Recreated];
  expect(differences).toEqual([`dealers[0].composite: ${composite} became ${dealer!.composite}`]);
});

test('orders of the log come with the board of their arrival, the same in every period', async () => {
  const names = logNames('s1');
  const [from, to] = [SIM_START + 86_400e6, SIM_START + 2 * 86_400e6];
  const read = async (start: number): Promise<Map<string, string>> => {
    const stepper = await LogStepper.open(await contextOf(names));
    const seen = new Map<string, string>();
    for await (const { order } of stepper.orders(start, to)) {
      seen.set(order.orderId, contentHash(JSON.stringify(stepper.position)));
    }
    await stepper.close();
    return seen;
  };
  const whole = await read(from);
  const half = await read(from + 54_000e6);
  expect(whole.size).toBeGreaterThan(100);
  expect(half.size).toBeLessThan(whole.size);
  for (const [orderId, position] of half) expect(whole.get(orderId)).toBe(position);
});

test('a position that the log does not have, or that is passed, is refused', async () => {
  const names = logNames('s1');
  const stepper = await LogStepper.open(await contextOf(names));
  const at = (n: number) => ({ partitions: [n, n, n, n], all: n, tiers: 0 });
  await stepper.advance(at(20));
  await expect(stepper.advance(at(10))).rejects.toThrow(/read further than this position/);
  await expect(stepper.advance(at(1e9))).rejects.toThrow(/its streams end before it/);
  await expect(stepper.advance({ ...at(30), partitions: [30] })).rejects.toThrow(FirstcallError);
  await stepper.close();
});

test('rules are tried on the orders of a log, and two sets of rules compared', async () => {
  const names = logNames('s1');
  const text = `rules: [{ name: sells, when: 'order.side == "sell"', maxDealers: 2 }]`;
  const rules = readRules(text, { model });
  const sets = [
    { rules: DEFAULT_RULES, hash: contentHash(DEFAULT_RULES.canonical) },
    { rules, hash: contentHash(rules.canonical) },
  ];
  const period = { from: SIM_START + 86_400e6, to: SIM_START + 2 * 86_400e6, limit: 50 };
  const report = await tryRules(sets, period, await contextOf(names));
  expect(report.orders).toBe(50);
  const [sells] = report.sides[1]!.rules;
  expect(sells).toMatchObject({ name: 'sells', undecided: 0 });
  expect(report.differing).toBe(sells!.matched);
  expect(report.differing).toBeGreaterThan(5);
  for (const { before, after, rules } of report.differences) {
    expect(after).toEqual(before.slice(0, 2));
    expect(rules).toEqual(['sells']);
  }
  expect(describeTrial(report)).toMatch(/\d+ of 50 orders differ in whom to call or how/);
});

test('firstcall explain DECISION says that it is the same, and firstcall rules test runs', async () => {
  const names = logNames('s1');
  const { decisionId } = (await decisionsOf(names)).at(-1)!;
  const folder = await mkdtemp(join(tmpdir(), 'firstcall-recreate-'));
  const config = join(folder, 'config.json');
  const rules = join(folder, 'rules.yaml');
  await writeFile(config, JSON.stringify({ model: { tiers: TIERS } }));
  await writeFile(rules, 'rules: [{ name: two, maxDealers: 2 }]');
  const at = ['--nats-url', nats.url, '--log', 's1', '--config', config];
  const explained = await runCli('explain', decisionId, ...at);
  expect(explained).toContain('the same to the last bit');
  expect(explained).toContain('plan: parallel');
  expect(JSON.parse(await runCli('explain', decisionId, '--json', ...at)).isIdentical).toBe(true);
  const tried = await runCli('rules', 'test', rules, '--limit', '20', ...at);
  expect(tried).toContain('20 orders of');
  await rm(folder, { recursive: true });
});

async function runCli(...args: string[]): Promise<string> {
  const entry = join(import.meta.dirname, '../dist/engine/cli/firstcall.js');
  return (await promisify(execFile)(process.execPath, [entry, ...args])).stdout;
}
