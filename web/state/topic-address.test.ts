import { describe, expect, it } from 'vitest';
import { TOPIC_PATTERN } from '../../schemas/protocol.ts';
import { addressOf, hashOf, topicOf } from './topic-address.ts';

describe('addresses', () => {
  it.each([
    ['#ALL', 'ALL', null],
    ['#CORP-TECH-BB-5_10', 'CORP-TECH-BB-5_10', null],
    ['#CORP/fillRate', 'CORP', 'fillRate'],
    ['#instrument:XS-1/quoteDistanceBps', 'instrument:XS-1', 'quoteDistanceBps'],
    ['#ALL%2FfillRate', 'ALL', 'fillRate'],
  ])('%s', (hash, scope, metric) => {
    const address = addressOf(hash);
    expect(address).toEqual({ scope, metric });
    expect(new RegExp(TOPIC_PATTERN).test(topicOf(address!))).toBe(true);
    expect(addressOf(hashOf(address!))).toEqual(address);
  });

  it.each(['', '#', '#corp', '#ALL/', '#a b', '#sums:ALL', '#%', `#${'A'.repeat(97)}`])(
    '%s is none',
    (hash) => {
      expect(addressOf(hash)).toBeNull();
    },
  );
});
