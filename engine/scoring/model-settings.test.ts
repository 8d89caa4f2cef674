import { expect, test } from 'vitest';
import { FirstcallError } from '../../schemas/errors.ts';
import { canonicalModel, DEFAULT_MODEL, metricOf, metricsOf } from './model.ts';
import { resolveModel } from './model-settings.ts';

const DAY = 86_400e6;

test('settings lie over the defaults, those of a metric over those of all', () => {
  const model = resolveModel({
    halfLifeMicros: { base: 10 * DAY },
    priorStrength: 3,
    metrics: {
      coverBps: { halfLifeMicros: { fast: DAY } },
      'tca.x': { priorStrength: 8 },
    },
    tcaMetrics: [{ name: 'x', higherIsBetter: false, prior: -1 }],
  });
  expect(metricOf(model, 'fillRate')).toMatchObject({
    halfLives: [5 * DAY, 10 * DAY, 90 * DAY],
    priorStrength: 3,
  });
  expect(metricOf(model, 'coverBps')).toMatchObject({
    halfLives: [DAY, 10 * DAY, 90 * DAY],
    priorStrength: 3,
  });
  expect(metricOf(model, 'tca.x')).toMatchObject({
    prior: -1,
    priorVariance: 1,
    priorStrength: 8,
    higherIsBetter: false,
    column: metricsOf(DEFAULT_MODEL).length,
  });
  expect(resolveModel({})).toEqual(DEFAULT_MODEL);
});

test('the hash is of what is set, however it is written down', () => {
  const text = (settings: object) => canonicalModel(resolveModel({ ...settings }));
  const one = { splitBySide: true, priorStrength: 4, halfLifeMicros: { slow: DAY, fast: DAY } };
  const other = { halfLifeMicros: { fast: DAY, slow: DAY }, priorStrength: 4, splitBySide: true };
  expect(text(one)).toBe(text(other));
  expect(text({ splitBySide: false, priorStrength: 5 })).toBe(text({}));
  const changes = [
    { splitBySide: true },
    { sizeBounds: [1] },
    { tiers: [] },
    { minObservations: 4 },
    { latenessMicros: 1 },
    { metrics: { fillRate: { priorStrength: 4 } } },
    { tcaMetrics: [{ name: 'x', higherIsBetter: true }] },
    { tcaMetrics: [{ name: 'x', higherIsBetter: false }] },
  ];
  expect(new Set([{}, ...changes].map(text)).size).toBe(changes.length + 1);
});

const fifteen = Array.from({ length: 15 }, (_, i) => ({ name: `m${i}`, higherIsBetter: true }));

test.each<[object, string]>([
  [{ nope: 1 }, 'model.nope: there is no such setting'],
  [{ toString: 1 }, 'model.toString: there is no such setting'],
  [{ halfLifeMicros: 5 }, 'model.halfLifeMicros: 5 is not a map'],
  [{ halfLifeMicros: { base: 0.5 } }, 'model.halfLifeMicros.base: 0.5 is not a whole number'],
  [{ halfLifeMicros: { long: 1 } }, 'model.halfLifeMicros.long: there is no such setting'],
  [
    { latenessMicros: -1 },
    'model.latenessMicros: -1 is not a whole number of microseconds above 0',
  ],
  [{ priorStrength: '5' }, 'model.priorStrength: "5" is not a number above 0'],
  [{ minObservations: Number.NaN }, 'model.minObservations: null is not a number above 0'],
  [{ metrics: { constructor: {} } }, 'model.metrics.constructor: there is no such setting'],
  [{ metrics: { fillRate: null } }, 'model.metrics.fillRate: null is not a map'],
  [{ metrics: { fillRate: { halfLifeMicros: { base: -1 } } } }, 'fillRate.halfLifeMicros.base: -1'],
  [{ metrics: { 'tca.y': {} }, tcaMetrics: [{ name: 'x' }] }, 'model.metrics.tca.y: there is no'],
  [{ splitBySide: 'yes' }, 'model.splitBySide: "yes" is not true or false'],
  [{ sizeBounds: [0] }, 'model.sizeBounds: [0] is not at most 8 nominals above 0, ascending'],
  [{ sizeBounds: [1, 1] }, 'model.sizeBounds: [1,1] is not'],
  [{ sizeBounds: [1, 2, 3, 4, 5, 6, 7, 8, 9] }, 'model.sizeBounds: '],
  [{ tcaMetrics: fifteen }, 'is not a list of at most 12 metrics'],
  [{ tcaMetrics: [null] }, 'model.tcaMetrics.0: null is not a map'],
  [
    { tcaMetrics: [{ name: 'a.b', higherIsBetter: true }] },
    'model.tcaMetrics.0.name: "a.b" is not',
  ],
  [{ tcaMetrics: [fifteen[0], fifteen[0]] }, 'model.tcaMetrics.1.name: "m0" is not'],
  [{ tcaMetrics: [{ ...fifteen[0], unit: 'bps' }] }, 'tcaMetrics.0.unit: there is no such setting'],
  [{ tcaMetrics: [{ ...fifteen[0], prior: Infinity }] }, 'model.tcaMetrics.0.prior: null is not'],
  [
    { tcaMetrics: [{ name: 'x' }] },
    'model.tcaMetrics.0.higherIsBetter: is missing; it must be true or false',
  ],
  [{ tcaMetrics: [{ higherIsBetter: true }] }, 'model.tcaMetrics.0.name: is missing; it must be 1'],
  [{ tiers: [{ enter: 0.5, leave: 0.6 }] }, 'leave at most enter'],
  [
    {
      tiers: [
        { enter: 0.7, leave: 0.6 },
        { enter: 0.65, leave: 0.5 },
      ],
    },
    'each below the one before',
  ],
  [{ tiers: [{ enter: 0.7, leave: 0.6, at: 1 }] }, 'model.tiers.0.at: there is no such setting'],
])('%j is refused by its path', (settings, message) => {
  const resolve = () => resolveModel(settings as Record<string, unknown>);
  expect(resolve).toThrow(FirstcallError);
  expect(resolve).toThrow(message);
  expect(resolve).toThrow(expect.objectContaining({ code: 'badModel' }));
});
