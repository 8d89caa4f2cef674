import { describe, expect, it } from 'vitest';
import type { DealerId, OrderId } from '../../schemas/ids.ts';
import { type OverrideRequest, refuseOverride } from '../../schemas/override.ts';
import { type Decision, overrideDecision } from './override.ts';
import { planOf } from './plan.ts';

const ids = (text: string) => text.split('') as DealerId[];
const parallel = {
  kind: 'parallel',
  delaySeconds: 0,
  timeoutSeconds: 30,
  isTwoSided: false,
} as const;

const decision: Decision = {
  decisionId: '0123456789abcdef',
  orderId: 'o1' as OrderId,
  recommended: ids('ABC'),
  filtered: [
    { dealerId: 'X' as DealerId, rule: null, why: 'is disabled' },
    { dealerId: 'Y' as DealerId, rule: 'cool-off', why: 'was asked 4 minutes ago' },
  ],
  plan: planOf(ids('ABC'), parallel),
  maxDealers: { value: 3, rule: 'large' },
  rules: [{ name: 'large', sets: ['maxDealers', 'protocol'] }],
};
const own = { by: 'trader', reason: 'the client asks for it' };
const override = (request: Omit<OverrideRequest, 'by' | 'reason'>) =>
  overrideDecision(
    decision,
    { ...own, ...request },
    {
      isKnown: (dealerId) => dealerId !== 'W',
      refusalOf: (dealerId) => (dealerId === 'V' ? 'is restricted: sanctions' : null),
    },
  );
const refusal = (request: Omit<OverrideRequest, 'by' | 'reason'>) => {
  try {
    override(request);
  } catch (error) {
    return error;
  }
  return null;
};

describe('a plan', () => {
  it('asks all at once in parallel, else one after the other', () => {
    const sequential = { ...parallel, kind: 'sequential', delaySeconds: 10 } as const;
    expect(planOf(ids('AB'), parallel).steps).toEqual([
      { dealerId: 'A', askAtSeconds: 0, answerBySeconds: 30 },
      { dealerId: 'B', askAtSeconds: 0, answerBySeconds: 30 },
    ]);
    expect(planOf(ids('AB'), sequential)).toEqual({
      ...sequential,
      steps: [
        { dealerId: 'A', askAtSeconds: 0, answerBySeconds: 30 },
        { dealerId: 'B', askAtSeconds: 10, answerBySeconds: 40 },
      ],
    });
  });
});

describe('an override', () => {
  it('keeps both lists', () => {
    expect(override({ add: ids('D'), drop: ids('B') })).toEqual({
      type: 'override',
      decisionId: '0123456789abcdef',
      orderId: 'o1',
      ...own,
      recommended: ids('ABC'),
      called: ids('ACD'),
      added: ids('D'),
      dropped: ids('B'),
      isReordered: false,
      plan: planOf(ids('ACD'), parallel),
      breaks: [],
    });
    expect(override({ add: ids('D'), order: ids('DCBA') })).toMatchObject({
      called: ids('DCBA'),
      isReordered: true,
      breaks: ['rule "large" allows 3 dealers: 4 are called'],
    });
    const protocol = { ...parallel, kind: 'staggered', delaySeconds: 5 } as const;
    expect(override({ protocol })).toMatchObject({
      isReordered: false,
      plan: planOf(ids('ABC'), protocol),
      breaks: [expect.stringContaining('sets the protocol parallel: staggered is used')],
    });
  });

  it('refuses a delay that would have no effect', () => {
    expect(refusal({ protocol: { ...parallel, delaySeconds: 5 } })).toMatchObject({
      code: 'badOverride',
      message: 'protocol.delaySeconds: has no effect in parallel; make it 0',
    });
  });

  it('cannot add whom the dealer database or a rule excludes', () => {
    expect(refusal({ add: ids('X') })).toMatchObject({
      code: 'excluded',
      message: 'add: X is disabled (the dealer database)',
    });
    expect(refusal({ add: ids('V') })).toMatchObject({
      code: 'excluded',
      message: 'add: V is restricted: sanctions (the dealer database, as it is now)',
    });
    expect(refusal({ add: ids('Y') })).toMatchObject({
      code: 'excluded',
      message: 'add: Y was asked 4 minutes ago (rule "cool-off")',
    });
  });

  it.each([
    [{ drop: ids('Z') }, 'Z is not on the list'],
    [{ add: ids('A') }, 'A is on the list already'],
    [{ add: ids('W') }, 'nobody knows a dealer W'],
    [{ drop: ids('ABC') }, 'at least one dealer'],
    [{ order: ids('AB') }, 'C is missing'],
    [{ order: ids('ABCD') }, 'D is not on the list'],
    [{}, 'changes nothing'],
    [{ order: ids('ABC') }, 'changes nothing'],
  ])('%j is refused', (request, words) => {
    expect(refusal(request)).toMatchObject({
      code: 'badOverride',
      message: expect.stringContaining(words),
    });
  });

  it('has to be asked for in full', () => {
    expect(refuseOverride({ ...own, add: ['D'] })).toBeNull();
    expect(refuseOverride({ ...own, reason: ' ' })).toContain('reason');
    expect(refuseOverride({ reason: 'r' })).toContain('by');
    expect(refuseOverride({ ...own, surplus: 1 })).toContain('surplus');
    expect(refuseOverride({ ...own, add: ['D', 'D'] })).not.toBeNull();
    expect(refuseOverride({ ...own, protocol: { kind: 'parallel' } })).not.toBeNull();
  });
});
