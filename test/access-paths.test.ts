import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFirstcall } from '../client/src/index.ts';
import { createGateway } from '../engine/gateway/gateway.ts';
import { serveNats } from '../engine/gateway/nats-select.ts';
import type { Gateway } from '../engine/gateway/services.ts';
import { decode, encode } from '../schemas/codec.ts';
import type {
  Selection,
  SelectionAnswer,
  SelectionPreview,
  SelectRequest,
} from '../schemas/selection.ts';
import { logNames } from '../schemas/subjects.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, SIM_START, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 4;
const OPTIONS = { seed: 3, days: 3, rfqsPerDay: 300, dealers: 20, instruments: 30 };
const { market, log } = simulatePartitions(OPTIONS, PARTITIONS);
const names = logNames();

let nats: TestNats;
let rig: TestEngine;
let gateway: Gateway;
let closeNats: () => Promise<void>;

beforeAll(async () => {
  nats = await startNats();
  let publish: (update: Parameters<Gateway['publish']>[0]) => void = () => {};
  rig = await startEngine(nats.url, names, {
    partitions: PARTITIONS,
    onUpdate: (update) => publish(update),
    onStatus: () => gateway?.statusChanged(),
  });
  gateway = await createGateway(rig.engine, {
    host: '127.0.0.1',
    port: 0,
    library: 'auto',
    webDir: null,
  });
  publish = (update) => gateway.publish(update);
  const serving = serveNats(rig.nc, names, rig.engine);
  closeNats = () => serving.close();
  const count = await publishLog(rig.nc, names, log);
  const shared = log.get('all')!.length;
  // Everything is applied and merged, so that every path reads the same version.
  await until(() => rig.engine.metrics().includes(`events_applied_total ${count - shared}`));
});

afterAll(async () => {
  await closeNats?.();
  await gateway?.close();
  await rig?.close();
  await nats?.stop();
});

function orderFor(instrumentId: string): SelectRequest {
  return {
    orderId: 'order-1',
    instrumentId,
    side: 'sell',
    quantity: 2e6,
    tsEvent: SIM_START + 4 * 86_400e6,
    count: 6,
  } as SelectRequest;
}

async function overHttp(order: SelectRequest): Promise<SelectionAnswer> {
  const response = await fetch(`http://127.0.0.1:${gateway.port}/select`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as SelectionAnswer;
}

async function overNats(order: SelectRequest): Promise<SelectionAnswer> {
  return decode((await rig.nc.request(names.select, encode(order))).data) as SelectionAnswer;
}

test('in-process, WebSocket, HTTP and NATS give the same selection, and so does a replica', async () => {
  const known = market.instruments[0]!.instrumentId;
  const client = connectFirstcall({ url: `ws://127.0.0.1:${gateway.port}` });
  await client.whenLive();
  for (const instrumentId of [known, 'NOBODY-KNOWS-IT']) {
    const order = orderFor(instrumentId);
    const expected = rig.engine.select(order);
    expect(expected.dealers).toHaveLength(6);
    expect(expected.instrumentKnown).toBe(instrumentId === known);
    for (const ask of [client.select.bind(client), overHttp, overNats]) {
      const { lagMs, ...selection } = await ask(order);
      expect(selection).toEqual(expected);
      expect(lagMs).toBeGreaterThanOrEqual(0);
    }
    const watch = client.watchInstrument(instrumentId);
    await watch.whenLive();
    expect(client.selectLocally(order)).toEqual(expected);
    watch.close();
  }
  client.close();
});

test('a preview is the same selection, and nothing is recorded of it', async () => {
  const { jetstreamManager } = await import('@nats-io/jetstream');
  const jsm = await jetstreamManager(rig.nc);
  const decisions = async () => {
    const query = { subjects_filter: names.decisions };
    const { state } = await jsm.streams.info(names.decisionStream, query);
    return state.subjects?.[names.decisions] ?? 0;
  };
  await until(() => rig.engine.metrics().includes('decisions_waiting 0'));
  const before = await decisions();
  const order = { ...orderFor(market.instruments[2]!.instrumentId), orderId: 'previewed' as never };
  const body = JSON.stringify(order);
  const url = `http://127.0.0.1:${gateway.port}/select?preview=true`;
  const response = await fetch(url, { method: 'POST', body });
  const { preview, lagMs: _, ...previewed } = (await response.json()) as SelectionPreview;
  expect(preview).toBe(true);
  const { decisionId } = rig.engine.preview(order);
  expect(() => rig.engine.decision(decisionId)).toThrow(/not found/);
  expect(rig.engine.select(order)).toEqual({ decisionId, ...previewed });
  // Only the selection has come: what was recorded before it would have come before it.
  await until(async () => (await decisions()) > before);
  expect(await decisions()).toBe(before + 1);
});

test('each dealer comes with its parts, which add up to its composite, and a reason', () => {
  const { dealers } = rig.engine.select(orderFor(market.instruments[0]!.instrumentId));
  for (const dealer of dealers) {
    const sum = dealer.metrics.reduce((total, m) => total + m.contribution, 0);
    expect(Math.abs(sum - dealer.composite)).toBeLessThanOrEqual(1e-12);
    expect(dealer.reason).toMatch(
      /^Ranked \d+ of \d+ in \S+: .* \(evidence there worth \d+ RFQs of today\)\.$/,
    );
  }
});

test('a selection is in the decision stream, as it was answered', async () => {
  const order = orderFor(market.instruments[1]!.instrumentId);
  const expected = rig.engine.select({ ...order, orderId: 'recorded' as never });
  const { jetstreamManager } = await import('@nats-io/jetstream');
  const jsm = await jetstreamManager(rig.nc);
  let newest: Selection | undefined;
  await until(async () => {
    const query = { last_by_subj: names.decisions };
    const message = await jsm.streams.getMessage(names.decisionStream, query);
    newest = message === null ? undefined : (decode(message.data) as Selection);
    return newest?.orderId === 'recorded';
  });
  expect(newest).toEqual(expected);
});

test('the OMS example runs', async () => {
  const outfile = join(import.meta.dirname, '..', 'dist', 'examples', 'oms.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [outfile, market.instruments[0]!.instrumentId],
    { env: { ...process.env, FIRSTCALL_URL: `ws://127.0.0.1:${gateway.port}` } },
  );
  expect(stdout).toMatch(/^Best dealers: \S+, \S+, \S+\n1 \S+ (Ranked|Too little)/);
  expect(stdout).toMatch(/Computed here: \S+, \S+, \S+, \S+\n$/);
});
