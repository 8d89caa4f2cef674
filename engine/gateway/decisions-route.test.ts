import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DealerId, OrderId } from '../../schemas/ids.ts';
import { planOf } from '../selection/plan.ts';
import { GatewayFixture } from './testing/gateway-fixture.ts';

const ID = '0123456789abcdef';
const dealers = ['GS', 'MS'] as DealerId[];
const protocol = {
  kind: 'parallel',
  delaySeconds: 0,
  timeoutSeconds: 30,
  isTwoSided: false,
} as const;

describe.each(['uws', 'ws'] as const)('decisions on %s', (library) => {
  let fixture: GatewayFixture;

  beforeEach(async () => {
    fixture = await GatewayFixture.open(library);
    fixture.engine.decisions.set(ID, {
      decisionId: ID,
      orderId: 'o1' as OrderId,
      recommended: dealers,
      filtered: [{ dealerId: 'X' as DealerId, rule: null, why: 'is disabled' }],
      plan: planOf(dealers, protocol),
      maxDealers: null,
      rules: [],
      overrides: [],
    });
  });

  afterEach(() => fixture.close());

  async function post(id: string, body: unknown) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const url = `${fixture.base}/decisions/${id}/override`;
    const response = await fetch(url, { method: 'POST', body: text });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  }

  it('are shown and overridden', async () => {
    const shown = await fetch(`${fixture.base}/decisions/${ID}`);
    expect(await shown.json()).toMatchObject({
      decisionId: ID,
      recommended: dealers,
      overrides: [],
    });
    const { status, answer } = await post(ID, { by: 't', reason: 'r', drop: ['MS'] });
    expect(status).toBe(200);
    expect(answer).toMatchObject({ type: 'override', called: ['GS'], dropped: ['MS'] });
  });

  it.each([
    [404, 'unknownDecision', 'ffffffffffffffff', { by: 't', reason: 'r', drop: ['MS'] }],
    [409, 'excluded', ID, { by: 't', reason: 'r', add: ['X'] }],
    [400, 'badOverride', ID, { by: 't', reason: 'r', drop: ['Z'] }],
    [400, 'badOverride', ID, { by: 't', reason: '', drop: ['MS'] }],
    [400, 'badOverride', ID, '{'],
  ])('are refused with %i %s', async (status, code, id, body) => {
    expect(await post(id, body)).toMatchObject({ status, answer: { code } });
  });

  it('have no other methods and no other paths', async () => {
    const method = { method: 'POST', body: '{}' };
    expect((await fetch(`${fixture.base}/decisions/${ID}`, method)).status).toBe(405);
    expect((await fetch(`${fixture.base}/decisions/${ID}/override`)).status).toBe(405);
    expect((await fetch(`${fixture.base}/decisions`)).status).toBe(404);
  });
});
