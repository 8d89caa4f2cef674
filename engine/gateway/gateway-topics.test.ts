import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServerFrame, SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK } from '../../schemas/protocol.ts';
import { MAX_BUFFERED_BYTES } from './limits.ts';
import { GatewayFixture, gauge, manyDealers } from './testing/gateway-fixture.ts';
import { type HandDrivenEngine, scoredDealer } from './testing/hand-driven-engine.ts';
import { replay } from './testing/test-subscriber.ts';

const TOPIC = 'CORP-TECH-A-2_5';
const ORDER = {
  orderId: 'O1',
  instrumentId: 'US0001',
  side: 'buy',
  quantity: 1e6,
  tsEvent: 1_700_000_000_000_000,
};

describe.each(['uws', 'ws'] as const)('topics on %s', (library) => {
  let fixture: GatewayFixture;
  let engine: HandDrivenEngine;

  beforeEach(async () => {
    fixture = await GatewayFixture.open(library);
    engine = fixture.engine;
  });

  afterEach(() => fixture.close());

  describe('topics', () => {
    it.each([SUBPROTOCOL_MSGPACK, SUBPROTOCOL_JSON])(
      'sends a snapshot, then deltas, over %s',
      async (protocol) => {
        const subscriber = await fixture.connect(protocol);
        subscriber.send({ type: 'subscribe', topics: [TOPIC, 'ALL/fillRate'] });
        await subscriber.roundTrip();
        expect(engine.watched).toEqual([TOPIC, 'ALL/fillRate']);
        engine.change(TOPIC, [scoredDealer('GS', 0.9), scoredDealer('MS', 0.8)]);
        await subscriber.first('snapshot');
        engine.change(TOPIC, [scoredDealer('MS', 0.95)]);
        engine.change(TOPIC, [scoredDealer('JPM', 0.7)], ['GS']);
        await subscriber.roundTrip();
        expect(subscriber.of('delta')).toHaveLength(2);
        const replayed = replay(subscriber.frames, TOPIC);
        expect(replayed).toEqual({ seq: 3, gaps: 0, rows: engine.rows(TOPIC) });
        expect(subscriber.of('snapshot')[0]).toMatchObject({ modelHash: 'model', topic: TOPIC });
      },
    );

    it('sends a late subscriber the newest state and then the same deltas', async () => {
      const early = await fixture.connect();
      early.send({ type: 'subscribe', topics: [TOPIC] });
      await early.roundTrip();
      for (let i = 1; i <= 5; i++) engine.change(TOPIC, [scoredDealer('GS', i)]);
      const late = await fixture.connect(SUBPROTOCOL_JSON);
      late.send({ type: 'subscribe', topics: [TOPIC] });
      expect(await late.first('snapshot')).toMatchObject({ seq: 5 });
      engine.change(TOPIC, [scoredDealer('GS', 6)]);
      expect(await late.first('delta')).toMatchObject({ seq: 6 });
    });

    it('answers a resync with a fresh snapshot', async () => {
      const subscriber = await fixture.connect();
      subscriber.send({ type: 'subscribe', topics: [TOPIC] });
      await subscriber.roundTrip();
      engine.change(TOPIC, [scoredDealer('GS', 1)]);
      subscriber.send({ type: 'resync', topics: [TOPIC] });
      await subscriber.roundTrip();
      expect(subscriber.of('snapshot').map((frame) => frame.seq)).toEqual([1, 1]);
      subscriber.send({ type: 'resync', topics: ['ALL'] });
      expect(await subscriber.first('error')).toMatchObject({ code: 'unknownTopic', topic: 'ALL' });
    });

    it('says when all sockets have been given what was published, and at once when nothing was', async () => {
      await fixture.gateway.whenSent();
      const all = await Promise.all(Array.from({ length: 150 }, () => fixture.connect()));
      for (const subscriber of all) subscriber.send({ type: 'subscribe', topics: [TOPIC] });
      await Promise.all(all.map((subscriber) => subscriber.roundTrip()));
      engine.change(TOPIC, [scoredDealer('GS', 1)]);
      await fixture.gateway.whenSent();
      await Promise.all(all.map((subscriber) => subscriber.first('snapshot')));
      await fixture.gateway.whenSent();
      engine.change(TOPIC, [scoredDealer('GS', 2)]);
      const sent = fixture.gateway.whenSent();
      await fixture.gateway.close();
      await sent;
    });

    it('sends nothing more of a topic that was unsubscribed', async () => {
      const subscriber = await fixture.connect();
      subscriber.send({ type: 'subscribe', topics: [TOPIC] });
      subscriber.send({ type: 'unsubscribe', topics: [TOPIC] });
      await subscriber.roundTrip();
      engine.change(TOPIC, [scoredDealer('GS', 1)]);
      await subscriber.roundTrip();
      expect(subscriber.of('snapshot')).toEqual([]);
    });

    it('names the topic that it refuses', async () => {
      const subscriber = await fixture.connect();
      subscriber.send({ type: 'subscribe', topics: ['NOPE', TOPIC] });
      expect(await subscriber.first('error')).toMatchObject({
        code: 'unknownTopic',
        topic: 'NOPE',
        message: 'NOPE: no such segment',
      });
      await subscriber.roundTrip();
      expect(engine.watched).toEqual([TOPIC]);
    });

    it('tells everybody when the status changes', async () => {
      const [one, two] = [await fixture.connect(), await fixture.connect(SUBPROTOCOL_JSON)];
      engine.ready = false;
      fixture.gateway.statusChanged();
      for (const subscriber of [one, two]) {
        await subscriber.until(() => subscriber.of('status').length === 2);
        expect(subscriber.of('status')[1]).toMatchObject({ ready: false, degradedPartitions: [1] });
      }
    });

    it('brings 200 subscribers to the same state', async () => {
      const protocols = [SUBPROTOCOL_MSGPACK, SUBPROTOCOL_JSON];
      const all = await Promise.all(
        Array.from({ length: 200 }, (_, i) => fixture.connect(protocols[i % 2])),
      );
      for (const subscriber of all) subscriber.send({ type: 'subscribe', topics: [TOPIC, 'ALL'] });
      await Promise.all(all.map((subscriber) => subscriber.roundTrip()));
      for (let i = 1; i <= 30; i++) {
        engine.change(TOPIC, manyDealers(3, i));
        engine.change('ALL', [scoredDealer('GS', i)]);
        await new Promise(setImmediate);
      }
      const isLast = (frame?: ServerFrame) =>
        frame !== undefined && 'seq' in frame && frame.seq === 30;
      await Promise.all(all.map((each) => each.until(() => each.frames.slice(-2).every(isLast))));
      for (const { frames } of all) {
        expect(replay(frames, TOPIC)).toEqual({ seq: 30, gaps: 0, rows: engine.rows(TOPIC) });
        expect(replay(frames, 'ALL')).toMatchObject({ seq: 30, gaps: 0 });
      }
    });
  });

  describe('a subscriber that stops reading', () => {
    it.each([SUBPROTOCOL_MSGPACK, SUBPROTOCOL_JSON])(
      'costs a bounded buffer and ends with the newest state, over %s',
      async (protocol) => {
        const topics = [TOPIC, 'ALL', 'CORP'];
        const slow = await fixture.connect(protocol);
        const quick = await fixture.connect(protocol);
        for (const subscriber of [slow, quick]) subscriber.send({ type: 'subscribe', topics });
        await Promise.all([slow.roundTrip(), quick.roundTrip()]);
        slow.pause();
        let buffered = 0;
        let rounds = 0;
        let roundsAfterSkip = 0;
        // The kernel takes megabytes before the gateway sees that nobody reads.
        while (roundsAfterSkip < 20 && rounds < 2000) {
          rounds++;
          for (const topic of topics) engine.change(topic, manyDealers(100, rounds));
          await quick.roundTrip();
          const metrics = await (await fetch(`${fixture.base}/metrics`)).text();
          buffered = Math.max(buffered, gauge(metrics, 'buffered_bytes_max'));
          if (gauge(metrics, 'deltas_skipped_total') > 0) roundsAfterSkip++;
        }
        expect(roundsAfterSkip).toBe(20);
        const largestFrame = 100 * 1024;
        expect(buffered).toBeGreaterThan(MAX_BUFFERED_BYTES / 2);
        expect(buffered).toBeLessThan(MAX_BUFFERED_BYTES + largestFrame);
        slow.resume();
        await slow.until(() => topics.every((topic) => replay(slow.frames, topic).seq === rounds));
        for (const topic of topics) {
          const { rows, gaps } = replay(slow.frames, topic);
          expect(rows).toEqual(engine.rows(topic));
          expect(gaps).toBeGreaterThan(0);
          expect(replay(quick.frames, topic)).toEqual({ seq: rounds, gaps: 0, rows });
        }
        engine.change(TOPIC, [scoredDealer('GS', 1)]);
        await slow.until(() => replay(slow.frames, TOPIC).seq === rounds + 1);
        expect(slow.frames.at(-1)).toMatchObject({ type: 'delta', seq: rounds + 1 });
      },
    );

    it('is cut when it goes on asking', async () => {
      const rude = await fixture.connect(SUBPROTOCOL_JSON);
      await rude.first('status');
      rude.pause();
      const closed = rude.closed();
      const question = JSON.stringify({ type: 'select', requestId: 1, order: ORDER });
      for (let i = 0; i < 200 && fixture.gateway.subscribers > 0; i++) {
        for (let j = 0; j < 500; j++) rude.sendRaw(question);
        await fetch(`${fixture.base}/healthz`);
      }
      expect(fixture.gateway.subscribers).toBe(0);
      rude.resume();
      await closed;
      const metrics = await (await fetch(`${fixture.base}/metrics`)).text();
      expect(gauge(metrics, 'subscribers_cut_total')).toBe(1);
    });
  });
});
