import type { EngineStatus } from '../../../schemas/engine-status.ts';
import { count } from '../../format/number.ts';
import { duration } from '../../format/time.ts';
import type { Track } from './track.ts';

/** Something that an operator should look at: what it is, and what to do (docs/operations.md). */
export interface Alarm {
  readonly what: string;
  readonly advice: string;
}

/** Beyond it a lag is worth a look, ready or not. */
const LAG_MS_MAX = 5_000;
/** Messages that the history may fall behind in a minute before it is said. */
const HISTORY_GROWTH_MAX = 5_000;
const FAILING_SECONDS_MAX = 60;
/** Decisions wait for milliseconds; so long is a log that takes none. */
const WAITING_MS = 10_000;

/** What is wrong now, the worst first. Empty: nothing that the engine knows of. */
export function alarmsOf(status: EngineStatus, track: Track): Alarm[] {
  return [
    ...logAlarms(status, track),
    ...decisionAlarms(status, track),
    ...historyAlarms(status, track),
  ]
    .concat(roomAlarms(status))
    .filter((alarm) => alarm !== null);
}

function logAlarms(status: EngineStatus, track: Track): (Alarm | null)[] {
  const { brokerAway, lagMs, logTruncated, partitions, ready, reasons } = status;
  const rebuilt = partitions.filter(({ degraded }) => degraded).map(({ partition }) => partition);
  const refused = track.growth((each) => each.deadLetters);
  const isLate = lagMs !== null && lagMs > LAG_MS_MAX;
  return [
    unless(
      !brokerAway,
      'NATS does not answer: scores stand still, and decisions wait.',
      'See to NATS; the engine goes on by itself.',
    ),
    unless(
      !logTruncated,
      'The log no longer reaches back to what scores need.',
      "Restore the stream from a backup, or the engine's store with its snapshots; or begin a new log. Engines that are up are right: keep them running.",
    ),
    unless(
      rebuilt.length === 0,
      `${rebuilt.length === 1 ? 'Partition' : 'Partitions'} ${rebuilt.join(', ')} read anew: their scores lack the latest events.`,
      'Nothing, unless it repeats: the reasons say why.',
    ),
    unless(
      !isLate || brokerAway,
      `What is served is ${duration(lagMs ?? 0)} behind the log.`,
      'Give the engine processors (shards); see that feeds publish clocks; restart it if one partition alone stays behind.',
    ),
    unless(
      refused <= 0,
      `${count(refused)} ${refused === 1 ? 'event was' : 'events were'} refused within a minute.`,
      'The dead letters below say why; mend the feed, then `firstcall deadletter requeue`.',
    ),
    unless(
      ready,
      `Not ready: ${reasons.join('; ')}.`,
      'Give it no orders, and do not restart it for that: an engine that reads a long log takes its time.',
    ),
  ];
}

function decisionAlarms({ rules }: EngineStatus, track: Track): (Alarm | null)[] {
  const waiting = track.least(({ decisionsWaiting }) => decisionsWaiting, WAITING_MS);
  return [
    unless(
      waiting === 0,
      `The log has taken no decisions for ${duration(WAITING_MS)}: at least ${count(waiting)} wait.`,
      'See to NATS; the engine keeps them until it ends, and refuses selections at 10,000.',
    ),
    unless(
      rules.refused === 0,
      `${count(rules.refused)} ${rules.refused === 1 ? 'version' : 'versions'} of the rules did not compile.`,
      'The rules before stay in force; the audit trail has what was wrong.',
    ),
  ];
}

function historyAlarms({ history }: EngineStatus, track: Track): (Alarm | null)[] {
  if (!history.up) {
    const what = 'No history process has said how it is for 15 s; scores do not need it.';
    const advice =
      'Look whether it runs, and at its last log line; while it is away the log keeps everything.';
    return [{ what, advice }];
  }
  const { failingSeconds = 0, trouble = '', scoresDropped = 0 } = history.status ?? {};
  const growth = track.growth((status) => status.history.status?.messagesBehind ?? null);
  return [
    unless(
      failingSeconds <= FAILING_SECONDS_MAX,
      `ClickHouse has taken nothing for ${duration(1000 * failingSeconds)}: ${trouble || 'it does not say why'}.`,
      'Start it, or make room; nothing else, the history resumes by itself.',
    ),
    unless(
      growth <= HISTORY_GROWTH_MAX,
      `The history falls behind: ${count(growth)} messages more within a minute.`,
      'With ClickHouse well: a faster disk or server.',
    ),
    unless(
      scoresDropped === 0,
      `${count(scoresDropped)} samples of scores were not kept while ClickHouse was away.`,
      'The scores can be computed again from the log.',
    ),
  ];
}

function roomAlarms({ refusedRows, dealers, gateway }: EngineStatus): (Alarm | null)[] {
  return [
    unless(
      refusedRows === 0,
      `The scoreboard had no room ${count(refusedRows)} times: those pairs are not scored.`,
      'There are more pairs of scope and dealer than a board holds: see the limits in docs/architecture.md.',
    ),
    unless(
      dealers.refused === 0,
      `${count(dealers.refused)} dealer records had no room.`,
      'The dealer database holds 20,000.',
    ),
    unless(
      gateway.subscribersCut === 0,
      `${count(gateway.subscribersCut)} subscribers were cut: they asked and did not read.`,
      'Look at the clients that reconnect.',
    ),
  ];
}

const unless = (isWell: boolean, what: string, advice: string): Alarm | null =>
  isWell ? null : { what, advice };
