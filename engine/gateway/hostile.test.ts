import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_BUFFERED_BYTES, MAX_WAITING_QUESTION_BYTES } from './limits.ts';
import { GatewayFixture, gauge, manyDealers } from './testing/gateway-fixture.ts';

const ORDER = {
  orderId: 'O1',
  instrumentId: 'US0001',
  side: 'buy',
  quantity: 1e6,
  tsEvent: 1_700_000_000_000_000,
};
/** Longer than both libraries give a request that does not come to its end. */
const PATIENCE_MS = 25_000;

describe.each(['uws', 'ws'] as const)('hostile clients on %s', (library) => {
  let fixture: GatewayFixture;
  const metric = async (name: string) =>
    gauge(await (await fetch(`${fixture.base}/metrics`)).text(), name);

  beforeAll(async () => {
    fixture = await GatewayFixture.open(library);
  });

  afterAll(() => fixture.close());

  it('does not answer requests before the one at hand is answered', async () => {
    const request = 'GET /rankings/ALL HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const socket = await open(fixture.gateway.port);
    let received = 0;
    socket.on('data', (bytes) => {
      received += bytes.length;
    });
    socket.write(request.repeat(1_000));
    await once(socket, 'close');
    expect(received).toBeLessThan(2_000);
    expect((await fetch(`${fixture.base}/healthz`)).status).toBe(200);
  });

  it('lets the questions of a slow reader wait, and answers all of them in order', async () => {
    const slow = await fixture.connect();
    await slow.roundTrip();
    slow.send({ type: 'subscribe', topics: ['ALL'] });
    await slow.roundTrip();
    slow.pause();
    for (let i = 0; (await metric('deltas_skipped_total')) === 0 && i < 1_000; i++) {
      for (let j = 0; j < 20; j++) fixture.engine.change('ALL', manyDealers(100, 20 * i + j));
    }
    const asked = 500;
    for (let requestId = 1; requestId <= asked; requestId++) {
      slow.send({ type: 'select', requestId, order: ORDER as never });
    }
    await delay(200);
    const largestFrame = 100 * 1024;
    expect(await metric('buffered_bytes_max')).toBeLessThan(MAX_BUFFERED_BYTES + largestFrame);
    slow.resume();
    await slow.until(() => slow.of('selection').length === asked);
    expect(slow.of('selection').map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: asked }, (_, i) => i + 1),
    );
    expect(await metric('subscribers_cut_total')).toBe(0);
    expect(asked * 200).toBeLessThan(MAX_WAITING_QUESTION_BYTES);
    await slow.close();
  });
});

describe.each(['uws', 'ws'] as const)('connections on %s', (library) => {
  it('are closed at once beyond the limit, and room comes back', async () => {
    const fixture = await GatewayFixture.open(library, { connectionsMax: 3 });
    try {
      const subscriber = await fixture.connect();
      const held = [await open(fixture.gateway.port), await open(fixture.gateway.port)];
      const refused = await open(fixture.gateway.port);
      await once(refused, 'close');
      expect(held.map(({ destroyed }) => destroyed)).toEqual([false, false]);
      await subscriber.roundTrip();
      // A WebSocket gives its place back as well.
      await subscriber.close();
      held[0]!.destroy();
      await delay(100);
      const metrics = await (await fetch(`${fixture.base}/metrics`)).text();
      expect(gauge(metrics, 'connections_refused_total')).toBe(1);
      await (await fixture.connect()).close();
      held[1]!.destroy();
    } finally {
      await fixture.close();
    }
  });
});

// Both libraries at once: it takes as long as they are patient.
it('those that say a byte a second, or nothing, are lost', { timeout: 40_000 }, async () => {
  const fixtures = [await GatewayFixture.open('uws'), await GatewayFixture.open('ws')];
  const head = 'Host: localhost\r\n';
  const upgrade = `GET / HTTP/1.1\r\n${head}Upgrade: websocket\r\nConnection: Upgrade\r\n`;
  const slow = fixtures.flatMap(({ gateway: { port } }) => [
    dribble(port, `GET /healthz HTTP/1.1\r\n${head}X-Slow: `),
    dribble(port, upgrade),
    dribble(port, `POST /select HTTP/1.1\r\n${head}Content-Length: 9000\r\n\r\n`),
    dribble(port, null),
  ]);
  // Meanwhile others are served.
  await delay(1_000);
  for (const { base } of fixtures) expect((await fetch(`${base}/healthz`)).status).toBe(200);
  expect(Math.max(...(await Promise.all(slow)))).toBeLessThan(PATIENCE_MS);
  for (const { gateway } of fixtures) expect(gateway.subscribers).toBe(0);
  await Promise.all(fixtures.map((fixture) => fixture.close()));
});

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Says a beginning and then a byte a second; null: nothing at all. How long it is let, milliseconds. */
async function dribble(port: number, beginning: string | null): Promise<number> {
  const socket = await open(port);
  const began = performance.now();
  socket.resume();
  if (beginning !== null) socket.write(beginning);
  const timer = setInterval(() => beginning !== null && socket.write('a'), 1_000);
  const patience = setTimeout(() => socket.destroy(), PATIENCE_MS);
  await once(socket, 'close');
  clearInterval(timer);
  clearTimeout(patience);
  return performance.now() - began;
}
