import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decode, encode } from '../../schemas/codec.ts';
import type { DealerId } from '../../schemas/ids.ts';
import { GatewayFixture, gauge } from './testing/gateway-fixture.ts';
import { type HandDrivenEngine, scoredDealer } from './testing/hand-driven-engine.ts';
import { rawExchange } from './testing/raw-exchange.ts';

const TOPIC = 'CORP-TECH-A-2_5';
const ORDER = {
  orderId: 'O1',
  instrumentId: 'US0001',
  side: 'buy',
  quantity: 1e6,
  tsEvent: 1_700_000_000_000_000,
};

describe.each(['uws', 'ws'] as const)('HTTP on %s', (library) => {
  let fixture: GatewayFixture;
  let engine: HandDrivenEngine;

  beforeEach(async () => {
    fixture = await GatewayFixture.open(library);
    engine = fixture.engine;
  });

  afterEach(() => fixture.close());

  describe('HTTP', () => {
    it('ranks a scope that somebody watches, and one that nobody does', async () => {
      engine.change(TOPIC, [scoredDealer('GS', 0.9)]);
      const response = await fetch(`${fixture.base}/rankings/${TOPIC}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('application/json');
      const snapshot = await response.json();
      expect(snapshot).toMatchObject({ type: 'snapshot', seq: 1, rows: engine.rows(TOPIC) });
      const bytes = await (
        await fetch(`${fixture.base}/rankings/${TOPIC}?format=msgpack`)
      ).arrayBuffer();
      expect(decode(new Uint8Array(bytes))).toEqual(snapshot);
      engine.change('instrument:A%B', [scoredDealer('GS', 0.9)]);
      const encoded = await fetch(`${fixture.base}/rankings/instrument%3AA%25B/fillRate`);
      expect(engine.watched).toContain('instrument:A%B/fillRate');
      expect(encoded.status).toBe(503);
      expect(await encoded.json()).toMatchObject({ code: 'notReady' });
    });

    it('lists scopes and refuses unknown ones', async () => {
      expect(await (await fetch(`${fixture.base}/rankings`)).json()).toMatchObject({
        scopes: ['ALL', 'CORP', TOPIC],
      });
      for (const path of ['NOPE', 'lower', '%E0%A4%A', 'a/b/c']) {
        const response = await fetch(`${fixture.base}/rankings/${path}`);
        expect(response.status).toBe(404);
        expect(await response.json()).toMatchObject({ code: 'unknownTopic' });
      }
    });

    it('says when dealers were last heard of, and nothing else', async () => {
      const dealerId = 'GS' as DealerId;
      engine.times = [{ dealerId, tsLastQuote: engine.asOf, tsLastAsk: null }];
      const response = await fetch(`${fixture.base}/dealers?fields=times`);
      expect(await response.json()).toEqual({ eventTime: engine.asOf, dealers: engine.times });
      const wrong = await fetch(`${fixture.base}/dealers?fields=names`);
      expect([wrong.status, await wrong.json()]).toEqual([
        400,
        { code: 'badQuery', message: 'fields: must be "times" or unsaid, not "names"' },
      ]);
    });

    it('lists dealers by asset class', async () => {
      const dealer = scoredDealer('GS', 0.9);
      const names = ['fillRate', 'priceImprovementBps', 'responseSeconds', 'reversion30mBps'];
      const metrics = names.map((metric, i) => ({
        ...dealer.metrics[0]!,
        metric,
        estimate: i + 0.5,
      }));
      engine.change('CORP', [{ ...dealer, tier: 2, metrics }]);
      const response = await fetch(`${fixture.base}/matrix`);
      expect(await response.json()).toEqual({
        asOf: engine.asOf,
        modelHash: 'model',
        position: expect.anything(),
        rows: [
          {
            assetClass: 'CORP',
            dealerId: 'GS',
            rank: 1,
            tier: 2,
            hitRate: 0.5,
            priceImprovementBps: 1.5,
            responseSeconds: 2.5,
            reversion30mBps: 3.5,
            composite: 0.9,
            displayScore: 5,
            insufficient: false,
          },
        ],
      });
    });

    it('explains a dealer, and says what is wrong with a question', async () => {
      const ask = async (query: string) => {
        const response = await fetch(`${fixture.base}/explain${query}`);
        return { status: response.status, ...((await response.json()) as object) };
      };
      expect(await ask('?dealer=GS&scope=CORP&asOf=77')).toMatchObject({
        status: 200,
        scope: 'CORP',
        asOf: 77,
      });
      expect(await ask('?dealer=GS')).toMatchObject({ status: 200, scope: 'ALL' });
      const bad = { status: 400, code: 'badQuery' };
      expect(await ask('')).toMatchObject({
        ...bad,
        message: expect.stringMatching(/^dealer: is missing/),
      });
      expect(await ask('?dealer=GS&asOf=now')).toMatchObject({
        ...bad,
        message: expect.stringMatching(/^asOf: "now"/),
      });
      expect(await ask('?dealer=NOBODY')).toMatchObject({ status: 404, code: 'badQuestion' });
      engine.ready = false;
      expect(await ask('?dealer=GS')).toMatchObject({ status: 503, code: 'notReady' });
    });

    it('selects, from JSON and from MessagePack', async () => {
      const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
        fetch(`${fixture.base}/select`, { method: 'POST', body, headers });
      const response = await post(JSON.stringify(ORDER));
      expect(await response.json()).toMatchObject({ orderId: 'O1', dealers: [{ callOrder: 1 }] });
      const packed = await post(encode(ORDER), { 'content-type': 'application/msgpack' });
      const selection = decode(new Uint8Array(await packed.arrayBuffer()));
      expect(selection).toMatchObject({ orderId: 'O1' });
      const refused = await post(JSON.stringify({ ...ORDER, side: 'hold' }));
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ code: 'badOrder' });
      const garbage = await post('garbage');
      expect(garbage.status).toBe(400);
      expect(await garbage.json()).toMatchObject({ code: 'badFrame' });
      const bug = await post(JSON.stringify({ ...ORDER, instrumentId: 'BUG' }));
      expect(bug.status).toBe(500);
      engine.ready = false;
      expect((await post(JSON.stringify(ORDER))).status).toBe(503);
      const get = await fetch(`${fixture.base}/select`);
      expect(get.status).toBe(405);
      expect(get.headers.get('allow')).toBe('POST');
      expect((await post(JSON.stringify(ORDER), { origin: 'http://evil.example' })).status).toBe(
        403,
      );
    });

    it('previews a selection, and selects nothing by it', async () => {
      const post = async (query: string, order: object = ORDER) => {
        const init = { method: 'POST', body: JSON.stringify(order) };
        const response = await fetch(`${fixture.base}/select?${query}`, init);
        return { status: response.status, answer: (await response.json()) as object };
      };
      const { answer } = await post('preview=true');
      expect(answer).toMatchObject({ preview: true, orderId: 'O1', lagMs: 0 });
      expect(answer).not.toHaveProperty('decisionId');
      expect(engine.selected).toEqual([]);
      const bad = { status: 400, answer: { code: 'badOrder' } };
      expect(await post('preview=yes')).toMatchObject(bad);
      expect(await post('preview=true', { ...ORDER, side: 'hold' })).toMatchObject(bad);
      expect(engine.selected).toEqual([]);
      const { answer: selected } = await post('preview=false');
      const { decisionId: _, ...selection } = selected as { decisionId: string };
      expect(answer).toEqual({ ...selection, preview: true });
      expect(engine.selected).toHaveLength(1);
      const text = await (await fetch(`${fixture.base}/metrics`)).text();
      expect(gauge(text, 'previews_total')).toBe(1);
      expect(gauge(text, 'selections_total')).toBe(1);
    });

    it('says whether it lives, is ready and what it has done', async () => {
      expect((await fetch(`${fixture.base}/healthz`)).status).toBe(200);
      expect((await fetch(`${fixture.base}/readyz`)).status).toBe(200);
      engine.isBrokerAway = true;
      const cutOff = await fetch(`${fixture.base}/readyz`);
      expect(cutOff.status).toBe(503);
      expect(await cutOff.json()).toMatchObject({ ready: false, brokerAway: true });
      engine.isBrokerAway = false;
      engine.ready = false;
      const notReady = await fetch(`${fixture.base}/readyz`);
      expect(notReady.status).toBe(503);
      expect(await notReady.json()).toEqual({
        ready: false,
        reasons: ['partition 1: the log is being read'],
        degradedPartitions: [1],
        brokerAway: false,
        asOf: engine.asOf,
        lagMs: 0,
      });
      const metrics = await fetch(`${fixture.base}/metrics`);
      expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      const text = await metrics.text();
      expect(text).toContain('firstcall_engine_events_total 42');
      expect(gauge(text, 'http_requests_total')).toBe(5);
    });

    it('serves the page and nothing beside it', async () => {
      const page = await fetch(`${fixture.base}/`);
      expect(await page.text()).toBe('<!doctype html>page');
      expect(page.headers.get('content-type')).toContain('text/html');
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
      const etag = page.headers.get('etag') ?? '';
      const again = await fetch(`${fixture.base}/`, { headers: { 'if-none-match': etag } });
      expect(again.status).toBe(304);
      const asset = await fetch(`${fixture.base}/app-ABCD1234.js`);
      expect(asset.headers.get('cache-control')).toContain('immutable');
      expect((await fetch(`${fixture.base}/long.js`)).headers.get('content-encoding')).toBe('gzip');
      const plain = { headers: { 'accept-encoding': 'identity' } };
      const long = await fetch(`${fixture.base}/long.js`, plain);
      expect(long.headers.get('content-encoding')).toBeNull();
      expect(await long.text()).toBe(await (await fetch(`${fixture.base}/long.js`)).text());
      const head = await fetch(`${fixture.base}/`, { method: 'HEAD' });
      expect(head.headers.get('content-length')).toBe('19');
      expect((await fetch(`${fixture.base}/`, { method: 'DELETE' })).status).toBe(405);
      for (const path of ['/../package.json', '/..%2fpackage.json', '/%2e%2e/etc/passwd', '/x']) {
        const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
        expect(await rawExchange(fixture.gateway.port, request)).toContain('404 Not Found');
      }
    });
  });
});
