import { expect, it } from 'vitest';
import type { EngineStatus } from '../../../schemas/engine-status.ts';
import { alarmsOf } from './alarms.ts';
import { idleStatus } from './testing/idle-status.ts';
import { Track } from './track.ts';

function wordsOf(...statuses: EngineStatus[]): string[] {
  const track = new Track();
  for (const [i, status] of statuses.entries()) track.take(status, 1_000 * i);
  return alarmsOf(statuses.at(-1)!, track).map(({ what }) => what);
}

const partition = {
  partition: 3,
  shard: 1,
  degraded: true,
  sequence: 5,
  logEnd: 9,
  watermark: null,
  eventsApplied: 0,
  eventsLate: 0,
  deadLetters: 0,
  openRfqs: 0,
  rows: 0,
};

it('an engine that is well has no alarm', () => {
  expect(wordsOf(idleStatus())).toEqual([]);
});

it('each alarm says what it is', () => {
  expect(wordsOf(idleStatus({ lagMs: 6_100 }))).toEqual([
    'What is served is 6.1 s behind the log.',
  ]);
  expect(wordsOf(idleStatus({ ready: false, reasons: ['r'], partitions: [partition] }))).toEqual([
    'Partition 3 read anew: their scores lack the latest events.',
    'Not ready: r.',
  ]);
  expect(wordsOf(idleStatus({ history: { up: false, status: null } }))).toEqual([
    'No history process has said how it is for 15 s; scores do not need it.',
  ]);
});

it('a broker that is away is told once, not as a lag as well', () => {
  expect(wordsOf(idleStatus({ brokerAway: true, lagMs: 60_000 }))).toHaveLength(1);
});

it('decisions that wait are told when they have waited for long', () => {
  const waiting = idleStatus({ decisionsWaiting: 4 });
  expect(wordsOf(waiting)).toEqual([]);
  expect(wordsOf(...Array<EngineStatus>(12).fill(waiting))).toEqual([
    'The log has taken no decisions for 10 s: at least 4 wait.',
  ]);
});

it('a history is behind when it falls further behind', () => {
  const { status } = idleStatus().history;
  const behind = (messagesBehind: number) =>
    idleStatus({ history: { up: true, status: { ...status!, messagesBehind } } });
  expect(wordsOf(behind(90_000), behind(80_000))).toEqual([]);
  expect(wordsOf(behind(100), behind(9_100))).toEqual([
    'The history falls behind: 9,000 messages more within a minute.',
  ]);
});

it('events that are refused now are told, those of long ago are not', () => {
  const refused = { ...idleStatus(), deadLetters: 3 };
  expect(wordsOf(idleStatus(), refused)).toEqual(['3 events were refused within a minute.']);
  expect(wordsOf(refused, refused)).toEqual([]);
});
