import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChainReport } from '../../schemas/chain-report.ts';
import { SUBPROTOCOL_MSGPACK } from '../../schemas/protocol.ts';
import { GatewayFixture } from './testing/gateway-fixture.ts';

const REPORT: ChainReport = {
  records: 3,
  lastSequence: 3,
  head: 'a'.repeat(64),
  faults: [],
  faultCount: 0,
  copy: null,
  notCompared: 'nobody answers',
};

describe.each(['uws', 'ws'] as const)('on %s', (library) => {
  let fixture: GatewayFixture;

  beforeEach(async () => {
    fixture = await GatewayFixture.open(library);
  });

  afterEach(() => fixture.close());

  it('GET /status tells how the engine is, and what the gateway has done', async () => {
    fixture.engine.ready = false;
    await fixture.connect(SUBPROTOCOL_MSGPACK);
    const response = await fetch(`${fixture.base}/status`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ready: false,
      reasons: ['partition 1: the log is being read'],
      history: { up: false, status: null },
      gateway: { subscribers: 1, topics: 0, framesSent: 1, bytesSent: expect.any(Number) },
    });
    expect((await fetch(`${fixture.base}/status`, { method: 'POST' })).status).toBe(405);
  });

  it('POST /audit/verify waits for a verification, of which there is one at a time', async () => {
    const verify = () => fetch(`${fixture.base}/audit/verify`, { method: 'POST' });
    const first = verify();
    while (fixture.engine.chains.length === 0) await new Promise((go) => setTimeout(go, 5));
    const second = await verify();
    expect(second.status).toBe(503);
    expect(await second.json()).toMatchObject({ code: 'busy' });
    fixture.engine.chains[0]!(REPORT);
    expect(await (await first).json()).toEqual(REPORT);
    expect((await fetch(`${fixture.base}/audit/verify`)).status).toBe(405);
  });
});
