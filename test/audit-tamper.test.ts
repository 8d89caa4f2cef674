import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { beforeEach, expect, test } from 'vitest';
import { type ChainMessage, ChainVerifier } from '../engine/audit/chain-verifier.ts';
import { verifyChain } from '../engine/audit/verify-chain.ts';
import { QueryService } from '../engine/history/query-service.ts';
import { HASH_HEADER, MESSAGE_ID_HEADER, PREVIOUS_HEADER } from '../engine/platform/audit-chain.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import { HistoryClient } from '../engine/verify/history-client.ts';
import type { ChainFault, ChainReport } from '../schemas/chain-report.ts';
import { HistoryHarness } from './support/history.ts';

const harness = new HistoryHarness();
const RECORDS = 40;
let jsm: JetStreamManager;

beforeEach(async () => {
  jsm = await jetstreamManager(harness.nc);
  const publisher = createPublisher(harness.nc, harness.names);
  for (let n = 0; n < RECORDS; n++) {
    const decision = {
      decisionId: hex(n),
      orderId: `o${n}`,
      text: 'ä "quoted"\n\u2028',
      value: n / 7,
    };
    if (n % 5 === 4) await publisher.audit('override', decision, `override-${n}`);
    else await publisher.decision(decision as never);
  }
  await publisher.flush();
});

const hex = (n: number) => n.toString(16).padStart(16, '0');

/** Draws from 0 to `below`, the same in every run. */
function drawFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function readChain(): Promise<ChainMessage[]> {
  const { decisionStream } = harness.names;
  const messages: ChainMessage[] = [];
  for (let seq = 1; seq <= RECORDS; seq++) {
    const { subject, header, data } = (await jsm.streams.getMessage(decisionStream, { seq }))!;
    messages.push({
      sequence: seq,
      subject,
      messageId: header.get(MESSAGE_ID_HEADER),
      previous: header.get(PREVIOUS_HEADER),
      hash: header.get(HASH_HEADER),
      payload: data,
    });
  }
  return messages;
}

function faultsOf(messages: readonly ChainMessage[]): ChainFault[] {
  const faults: ChainFault[] = [];
  const verifier = new ChainVerifier((fault) => faults.push(fault));
  for (const message of messages) verifier.add(message);
  verifier.end(messages.length);
  return faults;
}

/** The stream made anew from altered copies, as somebody with the server's disk could. */
async function rebuild(messages: readonly ChainMessage[]): Promise<ChainReport> {
  const { decisionStream } = harness.names;
  const { config } = await jsm.streams.info(decisionStream);
  await jsm.streams.delete(decisionStream);
  await jsm.streams.add({ ...config, duplicate_window: 0 });
  const js = jetstream(harness.nc);
  for (const { subject, messageId, previous, hash, payload } of messages) {
    const copied = headers();
    copied.set(PREVIOUS_HEADER, previous);
    copied.set(HASH_HEADER, hash);
    copied.set(MESSAGE_ID_HEADER, messageId);
    await js.publish(subject, payload, { headers: copied });
  }
  return await verifyChain(harness.nc, harness.names, null);
}

const kindsOf = ({ faults }: { faults: readonly ChainFault[] }) =>
  faults.map(({ sequence, kind }) => `${sequence} ${kind}`);

test('a changed byte is found, wherever it is', async () => {
  const chain = await readChain();
  expect(faultsOf(chain)).toEqual([]);
  const fields = ['payload', 'subject', 'messageId', 'previous', 'hash'] as const;
  const draw = drawFrom(7);
  for (let flip = 0; flip < 600; flip++) {
    const index = draw(RECORDS);
    const field = fields[flip % fields.length]!;
    const record = chain[index]!;
    const bytes = Buffer.from(record[field]);
    const at = draw(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << draw(field === 'payload' ? 8 : 4));
    const value = field === 'payload' ? bytes : bytes.toString('latin1');
    const altered = chain.with(index, { ...record, [field]: value });
    const found = faultsOf(altered);
    expect(found.length, `${field} of record ${index + 1}, byte ${at}`).toBeGreaterThan(0);
    expect(found[0]?.sequence).toBe(index + 1);
  }
});

test('every pair of records that change places, and every one taken out, is found', async () => {
  const chain = await readChain();
  for (let a = 0; a < RECORDS; a++) {
    for (let b = a + 1; b < RECORDS; b++) {
      const [first, second] = [chain[a]!, chain[b]!];
      const swapped = chain
        .with(a, { ...second, sequence: first.sequence })
        .with(b, { ...first, sequence: second.sequence });
      expect(faultsOf(swapped)[0]).toMatchObject({ sequence: a + 1, kind: 'outOfOrder' });
    }
    if (a === RECORDS - 1) continue;
    const without = chain.toSpliced(a, 1).map((record, i) => ({ ...record, sequence: i + 1 }));
    expect(faultsOf(without)[0]).toMatchObject({ sequence: a + 1, kind: 'outOfOrder' });
  }
});

test('in the stream: records deleted, edited, moved, put in', async () => {
  const { nc, names } = harness;
  const chain = await readChain();
  const verify = () => verifyChain(nc, names, null);
  expect(await verify()).toMatchObject({
    records: RECORDS,
    faultCount: 0,
    head: chain.at(-1)!.hash,
  });
  for (const sequence of [40, 1, 17, 18])
    await jsm.streams.deleteMessage(names.decisionStream, sequence);
  expect(kindsOf(await verify())).toEqual(['1 missing', '17 missing', '40 missing']);

  const edited = { ...chain[9]!, payload: Buffer.from('{"decisionId":"other"}') };
  expect(kindsOf(await rebuild(chain.with(9, edited)))).toEqual(['10 edited']);
  const [a, b] = [chain[3]!, chain[4]!];
  expect(kindsOf(await rebuild(chain.with(3, b).with(4, a)))).toContain('4 outOfOrder');
  expect(
    kindsOf(await rebuild(chain.toSpliced(5, 0, { ...chain[6]!, previous: '', hash: '' }))),
  ).toContain('6 notChained');
  expect(kindsOf(await rebuild(chain))).toEqual([]);
});

test('a chain goes on behind a deleted end, and what is missing is told', async () => {
  const { nc, names } = harness;
  await jsm.streams.deleteMessage(names.decisionStream, RECORDS);
  const publisher = createPublisher(nc, names);
  await publisher.decision({ decisionId: hex(99) } as never);
  await publisher.flush();
  expect(kindsOf(await verifyChain(nc, names, null))).toEqual([`${RECORDS} missing`]);
});

test('in ClickHouse: the copy is compared, and what was changed there is found', async () => {
  const { nc, names, connection } = harness;
  const history = await harness.startHistory();
  const service = new QueryService({ nc, names, database: connection.reader, history });
  harness.onEnd(() => service.stop());
  await harness.caughtUp(history);
  const client = new HistoryClient(nc, names);
  const verify = () => verifyChain(nc, names, (query, p) => client.ask(query, p));
  expect(await verify()).toMatchObject({
    faultCount: 0,
    copy: { compared: RECORDS, through: RECORDS },
  });

  const [decision] = await client.ask('decision', { decisionId: hex(3) });
  expect(decision).toMatchObject({ sequence: 4, kind: 'selection' });
  expect(JSON.parse(decision!.text as string)).toMatchObject({ orderId: 'o3', value: 3 / 7 });
  expect(await client.ask('decision', { decisionId: hex(4) })).toMatchObject([
    { sequence: 5, kind: 'override' },
  ]);

  const alter = async (statement: string) =>
    await connection.writer.run(`ALTER TABLE ${statement} SETTINGS mutations_sync = 2`, {
      log: names.log,
    });
  const own = 'log = {log:String} AND';
  await alter(
    `selections UPDATE selection = replaceOne(selection, 'o2', 'o9') WHERE ${own} sequence = 3`,
  );
  expect(kindsOf(await verify())).toEqual(['3 differsInClickHouse']);
  await alter(`audit DELETE WHERE ${own} sequence = 10`);
  await alter(`selections UPDATE hash = lower(hex(SHA256('x'))) WHERE ${own} sequence = 12`);
  await alter(`audit UPDATE subject = 'other' WHERE ${own} sequence = 15`);
  await alter(`selections DELETE WHERE ${own} sequence = 39`);
  expect(kindsOf(await verify())).toEqual(
    [3, 10, 12, 15, 39].map((sequence) => `${sequence} differsInClickHouse`),
  );
  // Gone from the stream, and still in the copy.
  await jsm.streams.deleteMessage(names.decisionStream, 20);
  expect(kindsOf(await verify())).toEqual(
    expect.arrayContaining(['20 missing', '20 differsInClickHouse']),
  );
});
