import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import { MAX_DESK_BYTES, MAX_RULES_BODY_BYTES } from './limits.ts';
import { GatewayFixture } from './testing/gateway-fixture.ts';

describe.each(['uws', 'ws'] as const)('rules and desk on %s', (library) => {
  let fixture: GatewayFixture;

  beforeEach(async () => {
    fixture = await GatewayFixture.open(library);
  });

  afterEach(() => fixture.close());

  async function ask(path: string, method = 'GET', body?: unknown) {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${fixture.base}${path}`, init);
    return { status: response.status, ...((await response.json()) as object) };
  }

  it('loads rules, says which are in force, and refuses others for what they are', async () => {
    const change = { text: 'rules: []', by: 'ann', reason: 'quiet market' };
    expect(await ask('/rules', 'PUT', change)).toEqual({
      status: 200,
      hash: 'hash of rules: []',
      revision: 1,
      warnings: [],
    });
    expect(await ask('/rules')).toEqual({
      status: 200,
      hash: 'hash of rules: []',
      ...change,
      revision: 1,
      tsLoaded: null,
      rules: 3,
    });
    expect(await ask('/rules', 'PUT', { ...change, text: 'bad' })).toEqual({
      status: 400,
      code: 'badRules',
      message: 'rules:1:1: bad',
    });
    const late = { ...change, expectedHash: 'rules' };
    expect(await ask('/rules', 'PUT', late)).toMatchObject({ status: 409, code: 'conflict' });
    expect(fixture.engine.loaded).toHaveLength(1);
  });

  it('checks rules without loading them', async () => {
    expect(await ask('/rules/check', 'POST', { text: 'x' })).toEqual({
      status: 200,
      hash: 'hash of x',
      rules: 1,
      warnings: [],
    });
    expect(await ask('/rules/check', 'POST', { text: 'bad' })).toMatchObject({ status: 400 });
    expect(fixture.engine.loaded).toHaveLength(0);
  });

  it('refuses what is no question', async () => {
    expect(await ask('/rules', 'DELETE')).toMatchObject({ status: 405 });
    expect(await ask('/rules/check')).toMatchObject({ status: 405 });
    const noText = await ask('/rules', 'PUT', { by: 'ann' });
    expect(noText).toMatchObject({
      status: 400,
      code: 'badQuery',
      message: expect.stringMatching(/^text/),
    });
    const noName = await ask('/rules', 'PUT', { text: 'x' });
    expect(noName).toMatchObject({
      status: 400,
      code: 'badQuery',
      message: expect.stringMatching(/^by/),
    });
    expect(await ask('/rules', 'PUT', 'text')).toMatchObject({ status: 400, code: 'badQuery' });
  });

  it('takes larger bodies here than elsewhere, up to a limit', async () => {
    const text = 'x'.repeat(MAX_RULES_BODY_BYTES - 100);
    expect(await ask('/rules/check', 'POST', { text })).toMatchObject({ status: 200 });
    const tooLong = await ask('/rules/check', 'POST', { text: `${text}${text}` });
    expect(tooLong).toMatchObject({ status: 413, code: 'bodyTooLarge' });
  });

  it('gives the desk over both, and refuses a frame that would be too large', async () => {
    const { engine } = fixture;
    engine.directory = 7;
    const dealer = { kind: 'dealer', id: 'e', tsEvent: 1, enabled: true } as const;
    engine.dealers = [{ ...dealer, dealerId: 'GS' as DealerId }];
    const subscriber = await fixture.connect();
    const desk = { rulesHash: 'rules', rules: '{}', directory: 7, dealers: engine.dealers };
    subscriber.send({ type: 'desk', requestId: 3 });
    expect(await subscriber.first('desk')).toEqual({ type: 'desk', requestId: 3, ...desk });
    expect(await ask('/desk')).toEqual({ status: 200, ...desk });
    engine.rulesText = 'x'.repeat(MAX_DESK_BYTES);
    subscriber.send({ type: 'desk', requestId: 4 });
    expect(await subscriber.first('error')).toMatchObject({ code: 'tooLarge', requestId: 4 });
    expect(await ask('/desk')).toMatchObject({ status: 200, rules: engine.rulesText });
    // Nobody was cut for it.
    subscriber.send({ type: 'ping', requestId: 5 });
    expect(await subscriber.first('pong')).toMatchObject({ requestId: 5 });
  });
});
