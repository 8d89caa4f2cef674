import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode, encode, encodeJson } from '../../schemas/codec.ts';
import type { ServerFrame } from '../../schemas/protocol.ts';
import { logNames } from '../../schemas/subjects.ts';
import { startNats, type TestNats } from '../../test/support/nats.ts';
import { connectNats } from '../platform/log.ts';
import { type NatsServing, serveNats } from './nats-select.ts';
import type { Gateway } from './services.ts';
import { HandDrivenEngine, scoredDealer } from './testing/hand-driven-engine.ts';
import { replay } from './testing/test-subscriber.ts';

const TOPIC = 'CORP-TECH-A-2_5';
const ORDER = {
  orderId: 'O1',
  instrumentId: 'US0001',
  side: 'buy',
  quantity: 1e6,
  tsEvent: 1_700_000_000_000_000,
};

describe('rankings and selection over NATS', () => {
  const names = logNames('gatewaytest');
  const engine = new HandDrivenEngine();
  const reported: unknown[] = [];
  let server: TestNats;
  let serving: NatsConnection;
  let caller: NatsConnection;
  let nats: NatsServing;

  beforeAll(async () => {
    server = await startNats();
    serving = await connectNats(server.url, 'serving');
    caller = await connectNats(server.url, 'caller');
    nats = serveNats(serving, names, engine, (error) => reported.push(error));
    engine.gateway = { publish: nats.publish } as Gateway;
    await serving.flush();
  });

  afterAll(async () => {
    await Promise.all([serving?.close(), caller?.close()]);
    await server?.stop();
  });

  const ask = async (payload: Uint8Array | string) =>
    (await caller.request(names.select, payload, { timeout: 5000 })).data;

  it('answers in the format of the request', async () => {
    const packed = await ask(encode(ORDER));
    expect(packed[0]).not.toBe(0x7b);
    expect(decode(packed)).toMatchObject({
      orderId: 'O1',
      dealers: [{ dealerId: 'GS' }],
      lagMs: 0,
    });
    const json = await ask(encodeJson(ORDER));
    expect(json[0]).toBe(0x7b);
    expect(decode(json)).toEqual(decode(packed));
  });

  it('answers errors with their code and keeps our bugs to itself', async () => {
    const bad = await ask(encode({ ...ORDER, quantity: 0 }));
    expect(decode(bad)).toMatchObject({ error: { code: 'badOrder' } });
    expect(decode(await ask('garbage'))).toMatchObject({ error: { code: 'badFrame' } });
    expect(decode(await ask(''))).toMatchObject({ error: { code: 'badFrame' } });
    const bug = await ask(encode({ ...ORDER, instrumentId: 'BUG' }));
    expect(decode(bug)).toMatchObject({ error: { code: 'internal' } });
    expect(reported).toEqual([new Error('a bug of ours')]);
    expect(decode(await ask(encode(ORDER)))).toMatchObject({ orderId: 'O1' });
  });

  it('publishes states that a late reader can pick up', async () => {
    const early: ServerFrame[] = [];
    const late: ServerFrame[] = [];
    const keep = (frames: ServerFrame[]) => ({
      callback: (_: Error | null, message: { data: Uint8Array }) => {
        frames.push(decode(new Uint8Array(message.data)) as ServerFrame);
      },
    });
    caller.subscribe(names.rankings(`${TOPIC}/fillRate`), keep(early));
    await caller.flush();
    engine.watch([`${TOPIC}/fillRate`, 'instrument:a..b']);
    const change = async (count: number) => {
      for (let i = 0; i < count; i++) {
        engine.change(`${TOPIC}/fillRate`, [scoredDealer(`D${i % 7}`, i)]);
      }
      await serving.flush();
      await caller.flush();
    };
    await change(45);
    caller.subscribe(names.rankings(`${TOPIC}/fillRate`), keep(late));
    await caller.flush();
    await change(10);
    const rows = engine.rows(`${TOPIC}/fillRate`);
    expect(replay(early, `${TOPIC}/fillRate`)).toEqual({ seq: 55, gaps: 0, rows });
    const fromSnapshot = late.slice(late.findIndex((frame) => frame.type === 'snapshot'));
    expect(replay(fromSnapshot, `${TOPIC}/fillRate`)).toMatchObject({ seq: 55, rows });
  });

  it('skips what is no subject and what is too large, and counts it', async () => {
    const before = nats.skipped;
    engine.change('instrument:a..b', [scoredDealer('GS', 1)]);
    expect(nats.skipped).toBe(before + 1);
    const huge = new Uint8Array(2 * 1024 * 1024);
    nats.publish({ topic: TOPIC, seq: 1, snapshot: huge, delta: null });
    expect(nats.skipped).toBe(before + 2);
  });

  it('stops answering when closed and leaves the connection open', async () => {
    await nats.close();
    await expect(ask(encode(ORDER))).rejects.toThrow(/no responders/i);
    expect(serving.isClosed()).toBe(false);
  });
});
