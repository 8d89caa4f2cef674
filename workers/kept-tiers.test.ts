import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { KeptTiers } from './kept-tiers.ts';

async function isThere(promise: Promise<void>): Promise<boolean> {
  const state = promise.then(() => true);
  await turn();
  return await Promise.race([state, Promise.resolve(false)]);
}

test('a partition waits for its own midnight, and no longer', async () => {
  const tiers = new KeptTiers();
  tiers.note(0, 20_000);
  expect(await isThere(tiers.reached(0, 20_000))).toBe(true);
  expect(await isThere(tiers.reached(1, 0))).toBe(true);
  const [own, other] = [tiers.reached(0, 20_001), tiers.reached(1, 20_001)];
  tiers.note(1, 20_000);
  tiers.note(0, 20_002);
  expect([await isThere(own), await isThere(other)]).toEqual([true, false]);
});

test('nobody waits at the end', async () => {
  const tiers = new KeptTiers();
  const waiting = tiers.reached(0, 20_000);
  expect(await isThere(waiting)).toBe(false);
  tiers.end();
  expect(await isThere(waiting)).toBe(true);
  expect(await isThere(tiers.reached(0, 30_000))).toBe(true);
});
