import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { EVENT_ARBITRARIES } from './event-arbitraries.ts';
import { EVENT_KINDS, EVENT_SCHEMAS } from './events.ts';
import { quickCheckOf } from './quick-check.ts';

/** What may stand where something else should. */
const oddities = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', '*', 'ALL', ' ', 'é', '!\n', 0, -0, -1, 0.5, 1e300),
  fc.constantFrom<unknown>(Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 10n, true, [], {}, [{}]),
  fc.string({ maxLength: 300 }),
  fc.string({ minLength: 60, maxLength: 70, unit: fc.constantFrom('a', '~') }),
  fc.double(),
);

type Fields = Record<string, unknown>;

/** A value with one of its properties, or one of what is inside it, replaced, added or taken away. */
function changed(value: unknown, path: readonly number[], oddity: unknown): unknown {
  const [step, ...rest] = path;
  if (typeof value !== 'object' || value === null || step === undefined) return oddity;
  const keys = [...Object.keys(value), 'surprise'];
  const key = keys[step % keys.length]!;
  const copy: Fields = Array.isArray(value) ? ([...value] as never) : { ...value };
  if (rest.length === 0 && oddity === undefined) delete copy[key];
  else copy[key] = changed(copy[key], rest, oddity);
  return copy;
}

describe.each(EVENT_KINDS)('the quick check of %s', (kind) => {
  const isValid = quickCheckOf(EVENT_SCHEMAS[kind]);
  const validator = Compile(EVENT_SCHEMAS[kind]);
  const events = EVENT_ARBITRARIES[kind] as fc.Arbitrary<Fields>;

  test('takes every arbitrary event', () => {
    fc.assert(fc.property(events, (event) => isValid(event)));
  });

  test('takes nothing that the validator of the schema refuses', () => {
    const path = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(events, path, oddities, (event, steps, oddity) => {
        const value = changed(event, steps, oddity);
        if (isValid(value)) expect(validator.Check(value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([null, undefined, 1, 'order', [], {}, () => {}])('%s is no event', (value) => {
  for (const kind of EVENT_KINDS) expect(quickCheckOf(EVENT_SCHEMAS[kind])(value)).toBe(false);
});
