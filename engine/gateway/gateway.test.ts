import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClientFrame,
  MAX_CLIENT_FRAME_BYTES,
  MAX_TOPICS_PER_FRAME,
  SUBPROTOCOL_JSON,
  SUBPROTOCOL_MSGPACK,
} from '../../schemas/protocol.ts';
import { readClientFrame } from './client-frames.ts';
import { createGateway } from './gateway.ts';
import { MAX_BODY_BYTES, MAX_TOPICS_PER_SUBSCRIBER } from './limits.ts';
import { GatewayFixture, manyDealers } from './testing/gateway-fixture.ts';
import type { HandDrivenEngine } from './testing/hand-driven-engine.ts';
import { rawExchange } from './testing/raw-exchange.ts';

const TOPIC = 'CORP-TECH-A-2_5';
const ORDER = {
  orderId: 'O1',
  instrumentId: 'US0001',
  side: 'buy',
  quantity: 1e6,
  tsEvent: 1_700_000_000_000_000,
};

describe.each(['uws', 'ws'] as const)('the gateway on %s', (library) => {
  let fixture: GatewayFixture;
  let engine: HandDrivenEngine;

  beforeEach(async () => {
    fixture = await GatewayFixture.open(library);
    engine = fixture.engine;
  });

  afterEach(() => fixture.close());

  describe('handshake', () => {
    it.each([
      [SUBPROTOCOL_MSGPACK, SUBPROTOCOL_MSGPACK],
      [SUBPROTOCOL_JSON, SUBPROTOCOL_JSON],
      [null, ''],
    ])('takes the subprotocol %s and says the status first', async (offered, chosen) => {
      const subscriber = await fixture.connect(offered);
      expect(subscriber.protocol).toBe(chosen);
      expect(await subscriber.first('status')).toEqual(engine.status());
      expect(fixture.gateway.subscribers).toBe(1);
    });

    it('refuses unknown subprotocols and says which there are', async () => {
      const answer = await rawExchange(fixture.gateway.port, upgradeRequest('other.v2'));
      expect(answer).toContain('HTTP/1.1 400 Bad Request');
      expect(answer).toContain(SUBPROTOCOL_MSGPACK);
    });

    it('refuses pages of another origin and takes those of its own', async () => {
      const own = await fixture.connect(SUBPROTOCOL_JSON, { origin: fixture.base });
      await own.first('status');
      await expect(
        fixture.connect(SUBPROTOCOL_JSON, { origin: 'https://evil.example' }),
      ).rejects.toThrow('403');
      const rebound = { origin: 'http://evil.example', host: 'evil.example' };
      await expect(fixture.connect(SUBPROTOCOL_JSON, rebound)).rejects.toThrow('403');
    });

    it('outlives requests that are no handshakes', async () => {
      await rawExchange(
        fixture.gateway.port,
        'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: tea\r\n\r\n',
      );
      await rawExchange(fixture.gateway.port, '\u0000\u0001nonsense\r\n\r\n');
      const head = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`;
      await rawExchange(fixture.gateway.port, head);
      expect((await fetch(`${fixture.base}/healthz`)).status).toBe(200);
    });
  });

  describe('limits', () => {
    it('refuses topics beyond the limit of a subscriber', async () => {
      const subscriber = await fixture.connect();
      for (let at = 0; at < MAX_TOPICS_PER_SUBSCRIBER + 1; at += MAX_TOPICS_PER_FRAME) {
        const count = Math.min(MAX_TOPICS_PER_FRAME, MAX_TOPICS_PER_SUBSCRIBER + 1 - at);
        const topics = Array.from({ length: count }, (_, i) => `S${at + i}`);
        subscriber.send({ type: 'subscribe', topics });
      }
      await subscriber.roundTrip();
      const errors = subscriber.of('error');
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ code: 'tooManyTopics', topic: 'S1024' });
    });

    it('closes on a frame that is too large', async () => {
      const subscriber = await fixture.connect();
      const closed = subscriber.closed();
      subscriber.sendRaw(new Uint8Array(MAX_CLIENT_FRAME_BYTES + 1));
      await closed;
      expect((await fetch(`${fixture.base}/healthz`)).status).toBe(200);
    });

    it('refuses a body that is too large', async () => {
      const body = 'x'.repeat(MAX_BODY_BYTES + 1);
      const response = await fetch(`${fixture.base}/select`, { method: 'POST', body });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: 'bodyTooLarge' });
    });
  });

  describe('frames', () => {
    it('answers select with the same requestId, and errors with their code', async () => {
      const subscriber = await fixture.connect();
      const ask = (requestId: number, order: object) =>
        subscriber.send({ type: 'select', requestId, order } as ClientFrame);
      ask(1, ORDER);
      ask(2, { ...ORDER, quantity: -1 });
      ask(3, { ...ORDER, instrumentId: 'BUG' });
      await subscriber.roundTrip();
      engine.ready = false;
      ask(4, ORDER);
      await subscriber.roundTrip();
      expect(subscriber.of('selection')).toMatchObject([
        { requestId: 1, selection: { orderId: 'O1', dealers: [{ dealerId: 'GS' }] } },
      ]);
      expect(subscriber.of('error')).toMatchObject([
        { requestId: 2, code: 'badOrder', message: expect.stringContaining('order.quantity') },
        { requestId: 3, code: 'internal', message: expect.not.stringContaining('a bug of ours') },
        { requestId: 4, code: 'notReady' },
      ]);
      expect(fixture.logged).toEqual([expect.stringContaining('a bug of ours')]);
      expect(engine.selected).toEqual([ORDER]);
    });

    it('answers any bytes with one error frame each', async () => {
      const subscriber = await fixture.connect();
      let sent = 0;
      const send = (data: string | Uint8Array) => {
        // Chance may make a frame that is one.
        if (!('code' in readClientFrame(Buffer.from(data)))) return;
        sent++;
        subscriber.sendRaw(data);
      };
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (bytes) => {
          send(bytes);
        }),
      );
      await fc.assert(
        fc.asyncProperty(fc.json(), async (text) => {
          send(text);
          send(`{"type":"subscribe","topics":${text}}`);
          send(`{"type":"select","requestId":1,"order":${text}}`);
        }),
      );
      await subscriber.roundTrip();
      expect(subscriber.of('error')).toHaveLength(sent);
      expect(engine.selected).toEqual([]);
      expect(fixture.logged).toEqual([]);
    });
  });

  describe('closing', () => {
    it('says goodbye and frees the port, while connections are still fading out', async () => {
      await fixture.reopen();
      const { port } = fixture.gateway;
      const subscriber = await fixture.connect();
      subscriber.send({ type: 'subscribe', topics: [TOPIC] });
      await subscriber.roundTrip();
      for (let i = 0; i < 100; i++) engine.change(TOPIC, manyDealers(20, i));
      const closed = subscriber.closed();
      await fixture.reopen();
      expect(fixture.gateway.port).toBe(port);
      expect(await closed).toEqual({ code: 1001 });
    });

    it('refuses a port in use', async () => {
      const options = { host: '127.0.0.1', port: fixture.gateway.port, library, webDir: null };
      await expect(createGateway(engine, options)).rejects.toMatchObject({ code: 'portInUse' });
    });

    it('does not wait for a subscriber that does not read', async () => {
      const subscriber = await fixture.connect();
      subscriber.send({ type: 'subscribe', topics: [TOPIC] });
      await subscriber.roundTrip();
      subscriber.pause();
      for (let i = 0; i < 300; i++) engine.change(TOPIC, manyDealers(100, i));
      await fixture.gateway.close();
      expect(fixture.gateway.subscribers).toBe(0);
    });
  });
});

function upgradeRequest(protocol: string): string {
  return [
    'GET / HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Sec-WebSocket-Protocol: ${protocol}`,
    '\r\n',
  ].join('\r\n');
}
