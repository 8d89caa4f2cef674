import fc from 'fast-check';

export const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.integer({ min: -40_000, max: 70_000 }),
);
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'binary', minLength: 60, maxLength: 400 }),
);
export const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });

/** A record as JSON would make it. */
export function plain<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

const metric = plain({
  metric: text,
  estimate: number,
  standardError: orNull(number),
  normalised: number,
  weight: number,
  contribution: number,
  mass: number,
  effectiveSample: number,
});

/** The fields of a ScoredDealer. */
export const scoredFields = {
  dealerId: text,
  rank: orNull(number),
  value: number,
  composite: number,
  compositeStandardError: orNull(number),
  displayScore: number,
  insufficient: fc.boolean(),
  tier: orNull(number),
  appetite: plain({ state: fc.constantFrom('comingIn', 'steady'), z: orNull(number) }),
  metrics: fc.array(metric, { maxLength: 20 }),
};
