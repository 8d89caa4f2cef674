import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Backlog } from './backlog.ts';

function open(countMax: number): { backlog: Backlog; tickets: number[]; enter(): Promise<void> } {
  const backlog = new Backlog(countMax, 100);
  const tickets: number[] = [];
  return { backlog, tickets, enter: () => backlog.admit(1, (ticket) => void tickets.push(ticket)) };
}

async function isDone(promise: Promise<void>): Promise<boolean> {
  const done = promise.then(() => true);
  await turn();
  return await Promise.race([done, Promise.resolve(false)]);
}

test('a flush waits for what came before it, not for what comes after', async () => {
  const { backlog, tickets, enter } = open(10);
  await enter();
  await enter();
  const flush = backlog.flush();
  await enter();
  backlog.leave(tickets[1]!);
  expect(await isDone(flush)).toBe(false);
  backlog.leave(tickets[0]!);
  expect(await isDone(flush)).toBe(true);
  expect(backlog.count).toBe(1);
});

test('who waits for room came before a later flush', async () => {
  const { backlog, tickets, enter } = open(1);
  await enter();
  const waiting = enter();
  const flush = backlog.flush();
  backlog.leave(tickets[0]!);
  await waiting;
  expect(await isDone(flush)).toBe(false);
  backlog.leave(tickets[1]!);
  expect(await isDone(flush)).toBe(true);
  expect(await isDone(backlog.flush())).toBe(true);
});

test('a failure rejects whoever waits', async () => {
  const { backlog, enter } = open(1);
  await enter();
  const waiting = [enter(), backlog.flush()].map((each) =>
    each.catch((error: Error) => error.message),
  );
  backlog.fail(new Error('gone'));
  expect(await Promise.all(waiting)).toEqual(['gone', 'gone']);
});
