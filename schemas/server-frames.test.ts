import { describe, expect, test } from 'vitest';
import { decode, decodeJson, encode, encodeJson } from './codec.ts';
import type { DealerId } from './ids.ts';
import type { ServerFrame } from './protocol.ts';
import { bareSelection } from './testing/bare-selection.ts';
import { refuseServerFrame } from './validate-server-frames.ts';

const position = { partitions: [7, 0], all: 3, tiers: 0 };
const dealer = {
  dealerId: 'D1' as DealerId,
  rank: 1,
  value: 1.06,
  composite: 1.06,
  compositeStandardError: null,
  displayScore: 9.3,
  insufficient: false,
  tier: 2,
  appetite: { state: 'comingIn' as const, z: 2.5 },
  metrics: [
    {
      metric: 'fillRate',
      estimate: 0.88,
      standardError: 0.02,
      normalised: 0.88,
      weight: 0.3,
      contribution: 0.264,
      mass: 12.5,
      effectiveSample: 11,
    },
  ],
};
const topic = { topic: 'ALL', seq: 1, asOf: 5, position };

const FRAMES: readonly ServerFrame[] = [
  { type: 'snapshot', ...topic, modelHash: 'm', rows: [dealer, { dealerId: '*', sums: [1, 2] }] },
  { type: 'delta', ...topic, rows: [], removed: ['D3'] },
  {
    type: 'selection',
    requestId: 1,
    selection: {
      lagMs: 12,
      ...bareSelection({
        dealers: [
          {
            ...dealer,
            callOrder: 1,
            axe: { quantity: 1e6, price: null, tsExpires: 9, honesty: 0.5, contribution: 0.05 },
            chance: 0.9,
            reason: 'Best fill rate.',
          },
        ],
        others: {
          dealerIds: ['D2' as DealerId, 'D4' as DealerId],
          ranks: [2, null],
          composites: [0.9, 0.95],
          chances: [0.1, 0],
        },
        rules: {
          matched: [{ name: 'in size', sets: ['call'] }],
          nearly: [{ name: 'high yield', missed: 'order.quantity > 5 (it is 4)' }],
          undecided: [{ name: 'rated', why: 'instrument.rating is not known' }],
        },
        filtered: [{ dealerId: 'D3' as DealerId, rule: null, why: 'is disabled' }],
        exploration: { share: 0.1, isDrawn: false, dealerId: dealer.dealerId },
      }),
    },
  },
  {
    type: 'status',
    ready: true,
    reasons: [],
    lagMs: null,
    degradedPartitions: [],
    modelHash: 'm',
    rulesHash: 'r',
    directory: 3,
    asOf: null,
    scopes: ['ALL'],
  },
  {
    type: 'desk',
    requestId: 1,
    rulesHash: 'r',
    rules: '{}',
    directory: 3,
    dealers: [{ kind: 'dealer', id: 'e1', tsEvent: 5, dealerId: 'D1' as DealerId, enabled: true }],
  },
  { type: 'pong', requestId: 1 },
  { type: 'error', code: 'badFrame', message: 'topics: must be array' },
];

describe.each(FRAMES.map((frame) => [frame.type, frame] as const))('%s', (type, frame) => {
  test('passes, and survives both formats', () => {
    expect(refuseServerFrame(frame)).toBeNull();
    expect(decode(encode(frame))).toEqual(frame);
    expect(decodeJson(encodeJson(frame))).toEqual(frame);
  });

  test('is refused without any one of its fields', () => {
    for (const field of Object.keys(frame).filter((name) => name !== 'type')) {
      const { [field]: _, ...lacking } = frame as unknown as Record<string, unknown>;
      expect(refuseServerFrame(lacking)).toBe(`${type}: needs ${field}`);
    }
  });

  test('may carry what a newer engine adds', () => {
    expect(refuseServerFrame({ ...frame, surprise: 1 })).toBeNull();
  });
});

test.each<[unknown, string]>([
  [null, 'type: is not that of a server frame'],
  [{ type: 'subscribe' }, 'type: is not that of a server frame'],
  [{ type: 'pong', requestId: -1 }, 'requestId: must be >= 0, got -1'],
])('refuses %o', (frame, why) => {
  expect(refuseServerFrame(frame)).toBe(why);
});

test('refuses a row that holds what is not a number', () => {
  const rows = [{ dealerId: '*', sums: [Number.NaN] }];
  const frame = { type: 'snapshot', ...topic, modelHash: 'm', rows };
  expect(refuseServerFrame(frame)).toMatch(/^rows\.0/);
});
