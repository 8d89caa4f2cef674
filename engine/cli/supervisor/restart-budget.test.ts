import { expect, it } from 'vitest';
import { RestartBudget } from './restart-budget.ts';

it('doubles the delay with each restart in the window, up to ten seconds', () => {
  const budget = new RestartBudget(8);
  const delays = Array.from({ length: 8 }, (_, second) => budget.take(second * 1000));
  expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

it('is spent after as many restarts as allowed within the window', () => {
  const budget = new RestartBudget(2, 60_000);
  expect([budget.take(0), budget.take(30_000), budget.take(59_999)]).toEqual([250, 500, null]);
});

it('forgets restarts that are older than the window', () => {
  const budget = new RestartBudget(2, 60_000);
  budget.take(0);
  budget.take(30_000);
  expect(budget.take(60_000)).toBe(500);
  expect(budget.take(200_000)).toBe(250);
});

it('allows none at all', () => {
  expect(new RestartBudget(0).take(0)).toBeNull();
});
