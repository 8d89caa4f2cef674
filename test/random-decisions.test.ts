import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type ChainMessage, ChainVerifier } from '../engine/audit/chain-verifier.ts';
import { chainMessageOf, verifyChain } from '../engine/audit/verify-chain.ts';
import type { Engine } from '../engine/engine.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { createPublisher, type EventPublisher } from '../engine/platform/publisher.ts';
import { canonicalModel } from '../engine/scoring/model.ts';
import { resolveModel } from '../engine/scoring/model-settings.ts';
import { DealerHistory } from '../engine/verify/dealer-history.ts';
import { PastRules } from '../engine/verify/past-rules.ts';
import { readMessages } from '../engine/verify/read-messages.ts';
import { recreate } from '../engine/verify/recreate.ts';
import type { ChainFault } from '../schemas/chain-report.ts';
import { decode } from '../schemas/codec.ts';
import type { FirstcallError } from '../schemas/errors.ts';
import type { InstrumentEvent } from '../schemas/reference.ts';
import type { Selection, SelectRequest } from '../schemas/selection.ts';
import { logNames } from '../schemas/subjects.ts';
import { complaintsAbout } from './support/decision-oracle/decision-oracle.ts';
import { isUnfit } from './support/decision-oracle/numbers.ts';
import type { PlainFile } from './support/decision-oracle/plain-rules.ts';
import { deskEvents } from './support/desk-events.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { at, RandomDesk } from './support/random-desk.ts';
import { RecordsByMessage } from './support/records-by-message.ts';
import { publishLog, simulatePartitions } from './support/simulated-log.ts';
import { sliceLog } from './support/slices.ts';

const SEED = Number(process.env.FIRSTCALL_TEST_SEED ?? 4);
const seeded = `FIRSTCALL_TEST_SEED=${SEED}`;
const FILES = 50;
const ORDERS_PER_FILE = 200;
const ORDERS = FILES * ORDERS_PER_FILE;
/** While a file is in force so many pieces of the log and changes of dealers come. */
const TURNS_PER_FILE = 4;
const RESTART_AT = 15;
const SHARD_DIES_AT = 32;
/** From then on a trader changes records, too, by the clock on the wall. */
const EDITS_FROM = 45;

/** Pieces of ten minutes that the log has before the first order: a day. */
const SLICES_BEFORE = 144;

const PARTITIONS = 4;
const names = logNames('random');
const HISTORY = { seed: SEED, days: 3, rfqsPerDay: 300, dealers: 12, instruments: 30 };
const { log, market } = simulatePartitions(
  { ...HISTORY, clockMinutes: 5, more: deskEvents },
  PARTITIONS,
);
/** Tiers that are easily reached, and readily left. */
const model = resolveModel({
  tiers: [
    { enter: 0.6, leave: 0.59 },
    { enter: 0.5, leave: 0.49 },
  ],
});
const desk = new RandomDesk(SEED, market);
const files = desk.files(FILES);
const orders = desk.orders(ORDERS);
const changes = desk.changes(FILES * TURNS_PER_FILE);

let nats: TestNats;
let nc: NatsConnection;
let running: TestEngine;
let publisher: EventPublisher;
const fileOf = new Map<string, PlainFile>();
const decisions: Selection[] = [];

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, PARTITIONS);
  publisher = createPublisher(nc, names);
  running = await start();
});

afterAll(async () => {
  await running?.close();
  await nc?.close();
  await nats?.stop();
});

const start = () => startEngine(nats.url, names, { partitions: PARTITIONS, model });
const breathe = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until there is an answer: an engine that has just started, or whose board moves, says so. */
async function ask(order: SelectRequest): Promise<Selection> {
  for (;;) {
    try {
      return running.engine.select(at(running.engine.status().asOf ?? 0, order));
    } catch (error) {
      const { code } = error as FirstcallError;
      if (!['notReady', 'scoreboardBusy', 'badOrder'].includes(code)) throw error;
      await breathe(10);
    }
  }
}

/** Puts a file in force, after one that is broken and changes nothing. */
async function load(engine: Engine, file: PlainFile, reason: string): Promise<void> {
  const text = stringify(file, { aliasDuplicateObjects: false });
  const broken = engine.loadRules({ text: `${text}\nrulez: []`, by: 'test', reason });
  await expect(broken).rejects.toMatchObject({ code: 'badRules' });
  const { hash } = await engine.loadRules({ text, by: 'test', reason });
  expect(engine.status().rulesHash).toBe(hash);
  fileOf.set(hash, file);
}

/** The next dealer record, from a feed or from a trader's hand. */
async function changeDealer(turn: number): Promise<void> {
  const { kind: _, id, dealerId, ...fields } = changes[turn]!;
  if (turn < EDITS_FROM * TURNS_PER_FILE) {
    const tsEvent = running.engine.status().asOf ?? 0;
    const record = { kind: 'dealer' as const, id, dealerId, ...fields, tsEvent };
    await publisher.publish('all', 'dealer', [record]);
    return;
  }
  const edit = { id: dealerId, mode: 'replace' as const, fields, by: 'test', reason: id };
  await running.engine.reference.editDealer(edit);
}

test(`${ORDERS} random orders through ${FILES} rules files are answered while the log streams in`, async () => {
  const slices = sliceLog(log, 10);
  for (const slice of slices.splice(0, SLICES_BEFORE)) await publishLog(nc, names, slice, 20);
  const turns = FILES * TURNS_PER_FILE;
  const perTurn = ORDERS_PER_FILE / TURNS_PER_FILE;
  for (let turn = 0; turn < turns; turn++) {
    const n = Math.floor(turn / TURNS_PER_FILE);
    if (turn % TURNS_PER_FILE === 0) await load(running.engine, files[n]!, `file ${n}`);
    if (turn === RESTART_AT * TURNS_PER_FILE + 2) {
      await running.close();
      running = await start();
    }
    if (turn === SHARD_DIES_AT * TURNS_PER_FILE + 2) {
      await running.engine.shardThreads[0]!.terminate();
      await until(() => !running.engine.status().ready);
    }
    const [from, to] = [turn, turn + 1].map((t) => Math.floor((t * slices.length) / turns));
    const publishing = slices.slice(from, to).map((slice) => publishLog(nc, names, slice, 20));
    await changeDealer(turn);
    for (const [i, order] of orders.slice(turn * perTurn, (turn + 1) * perTurn).entries()) {
      const answer = await ask(order);
      if (isUnfit(answer)) expect.fail(`${seeded}: not finite: ${JSON.stringify(answer.order)}`);
      if (i % 10 === 9) await breathe(1);
    }
    await Promise.all(publishing);
  }
  await publisher.flush();
  await until(() => running.engine.status().ready);
  await running.close();
}, 180_000);

test('the decision stream has every decision once, and no break', async () => {
  let last = 0;
  const found: ChainFault[] = [];
  const altered = new ChainVerifier((fault) => found.push(fault));
  const flipped: number[] = [];
  for await (const message of readMessages(nc, names.decisionStream)) {
    if (message.subject === names.decisions) decisions.push(decode(message.data) as Selection);
    const record = chainMessageOf(message);
    // Some of every kind, and never two that stand together: each must be found by itself.
    const isDue =
      message.seq % 251 === 0 || (message.subject !== names.decisions && message.seq % 9 === 0);
    if (isDue && message.seq - (flipped.at(-1) ?? 0) > 2) {
      flipped.push(message.seq);
      altered.add(flip(record, flipped.length));
    } else altered.add(record);
    last = message.seq;
  }
  altered.end(last);
  expect(decisions).toHaveLength(ORDERS);
  expect(new Set(decisions.map(({ orderId }) => orderId)).size).toBe(ORDERS);
  expect(flipped.length).toBeGreaterThan(36);
  expect([...new Set(found.map(({ sequence }) => sequence))], seeded).toEqual(flipped);
  expect(await verifyChain(nc, names, null)).toMatchObject({ records: last, faultCount: 0 });
}, 60_000);

/** A copy with one bit of one byte turned; the `n`th in another place than the one before. */
function flip(record: ChainMessage, n: number): ChainMessage {
  const payload = Uint8Array.from(record.payload);
  const place = Math.imul(n, 2_654_435_761) >>> 0;
  payload[place % payload.length]! ^= 1 << (n % 8);
  return { ...record, payload };
}

test('no answer breaks a limit', async () => {
  const records = await RecordsByMessage.read(nc, names.stream('all'));
  const instruments = new Map(
    [...log.values()]
      .flat()
      .flatMap((event) =>
        event.kind === 'instrument' ? [[event.instrumentId as string, event] as const] : [],
      ),
  );
  const broken: string[] = [];
  for (const answer of decisions) {
    const file = fileOf.get(answer.rulesHash)!;
    const known: InstrumentEvent | undefined = instruments.get(answer.instrumentId);
    const instrument = answer.instrumentKnown ? known : undefined;
    const complaints = complaintsAbout(answer, {
      file,
      instrument,
      records: records.at(answer.directory),
    });
    if (complaints.length === 0) continue;
    const { orderId, decisionId } = answer;
    broken.push(
      `${orderId} (decision ${decisionId}, ${file.rules?.length ?? 0} rules): ${complaints.join('; ')}`,
    );
  }
  expect(broken.slice(0, 20), `${seeded}: ${broken.length} answers`).toEqual([]);
}, 60_000);

/** What a rules file can say, as its JSON says it. */
const FIELDS =
  'currencies defaults candidates exclude known dealers tier specialist quoted agreement atLeast atMost where ' +
  'weights memory window axeWeight exploration protocol delay timeout twoSided count call sensitive ' +
  'maxDealers coolOff';
const VALUES = 'all recommended parallel staggered sequential';
/** What a trace says that a rule has set. */
const SETTINGS =
  'weights memory candidates exclude call exploration sensitive axeWeight protocol maxDealers coolOff';
const REASONS = [
  'is disabled',
  'is restricted',
  'has a credit limit of',
  'has a credit limit in',
  'is excluded',
  'was asked about the issuer',
  'is not in tier',
  'has no firm quote',
  'has no valid',
  'does not satisfy',
];

test('the orders met everything that rules can say', () => {
  const written = JSON.stringify(files);
  const unsaid = FIELDS.split(' ').filter((field) => !written.includes(`"${field}":`));
  unsaid.push(...VALUES.split(' ').filter((value) => !written.includes(`"${value}"`)));
  expect(unsaid, seeded).toEqual([]);
  const set = new Set(decisions.flatMap(({ rules }) => rules.matched.flatMap(({ sets }) => sets)));
  expect([...set].sort(), seeded).toEqual(SETTINGS.split(' ').sort());
  const why = new Set(decisions.flatMap(({ filtered }) => filtered.map((each) => each.why)));
  expect(
    REASONS.filter((reason) => ![...why].some((each) => each.startsWith(reason))),
    seeded,
  ).toEqual([]);
  const share = (is: (decision: Selection) => boolean) => decisions.filter(is).length / ORDERS;
  expect(share(({ dealers }) => dealers.length > 0)).toBeGreaterThan(0.5);
  expect(share(({ rules }) => rules.undecided.length > 0)).toBeGreaterThan(0.01);
  expect(share(({ degraded }) => degraded)).toBeGreaterThan(0.01);
  expect(share(({ instrumentKnown }) => !instrumentKnown)).toBeGreaterThan(0.05);
  expect(share(({ dealers }) => dealers.some(({ axe }) => axe !== null))).toBeGreaterThan(0);
  const different = (of: (decision: Selection) => unknown) =>
    new Set(decisions.map((decision) => JSON.stringify(of(decision)))).size;
  expect(different(({ position }) => position)).toBeGreaterThan(100);
  expect(different(({ directory }) => directory)).toBeGreaterThan(100);
  expect(different(({ position }) => position.tiers)).toBeGreaterThan(2);
});

test('places are drawn as often as the rules say', () => {
  const exploring = decisions.filter(
    ({ exploration, dealers }) => exploration !== null && dealers.length > 0,
  );
  const drawn = exploring.filter(({ exploration }) => exploration!.isDrawn).length;
  const expected = exploring.reduce((sum, { exploration }) => sum + exploration!.share, 0);
  expect(expected).toBeGreaterThan(100);
  expect(Math.abs(drawn - expected), seeded).toBeLessThan(5 * Math.sqrt(expected));
});

test(`all ${ORDERS} decisions are taken again from the audit log, to the last bit`, async () => {
  const context = {
    nc,
    names,
    partitions: PARTITIONS,
    model,
    modelHash: contentHash(canonicalModel(model)),
    dealers: await DealerHistory.read(nc, names, PARTITIONS),
    rules: await PastRules.read(nc, names, model),
  };
  const again = new Set<string>();
  const differing: string[] = [];
  for await (const { decision, differences } of recreate(decisions, context)) {
    again.add(decision.decisionId);
    if (differences.length > 0) differing.push(`${decision.orderId}: ${differences.join('; ')}`);
  }
  expect(differing.slice(0, 20), `${seeded}: ${differing.length} decisions`).toEqual([]);
  expect(again.size).toBe(ORDERS);
}, 180_000);
