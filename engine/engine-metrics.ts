import type { RecordableHistogram } from 'node:perf_hooks';
import { HEADER } from './scoreboard/board.ts';

export interface EngineFigures {
  /** A field of the merged scoreboard's header (board.ts). */
  header(field: number): number;
  readonly degradedPartitions: number;
  readonly isBrokerAway: boolean;
  /** How far what is served is behind the log; null: not known yet. */
  readonly lagMs: number | null;
  /** Whether the log has lost messages that the scores need. */
  readonly isLogTruncated: boolean;
  /** Versions of the rules that did not compile. */
  readonly rulesRefused: number;
  /** Of the dealer database. */
  readonly dealers: { readonly known: number; readonly refused: number };
  /** Decisions and overrides that the log has not taken yet. */
  readonly decisionsWaiting: number;
  readonly selectNanos: RecordableHistogram;
  /** What the partitions have counted, by name (engine/lifecycle), summed. */
  readonly counters: readonly (readonly [name: string, count: number])[];
}

type Line = readonly [name: string, type: 'counter' | 'gauge', help: string, value: number];

/** What the engine counts, as Prometheus text. */
export function engineMetrics(figures: EngineFigures): string {
  const { header, degradedPartitions, lagMs, isLogTruncated, decisionsWaiting } = figures;
  const { dealers, rulesRefused, selectNanos, counters } = figures;
  const lines: Line[] = [
    ['events_applied_total', 'counter', 'Events applied to the scores.', header(HEADER.events)],
    ['events_late_total', 'counter', 'Events older than the watermark.', header(HEADER.late)],
    ['dead_letters_total', 'counter', 'Events refused.', header(HEADER.deadLetters)],
    ['open_rfqs', 'gauge', 'RFQs that can still change a score.', header(HEADER.openRfqs)],
    ['score_rows', 'gauge', 'Pairs of scope and dealer with scores.', header(HEADER.rows)],
    [
      'scoreboard_refused_total',
      'counter',
      'Observations and names without room on the scoreboard.',
      header(HEADER.refused),
    ],
    [
      'watermark_seconds',
      'gauge',
      'Event time below which everything is final.',
      header(HEADER.watermark) / 1e6,
    ],
    ['rules_refused_total', 'counter', 'Versions of the rules refused.', rulesRefused],
    ['degraded_partitions', 'gauge', 'Partitions that are being rebuilt.', degradedPartitions],
    ['broker_away', 'gauge', '1 while the broker does not answer.', Number(figures.isBrokerAway)],
    [
      'decisions_waiting',
      'gauge',
      'Decisions and overrides that the log has not taken yet.',
      decisionsWaiting,
    ],
    [
      'lag_seconds',
      'gauge',
      'How far what is served is behind the log; grows while the log does not answer.',
      lagMs === null ? Number.NaN : lagMs / 1000,
    ],
    [
      'log_truncated',
      'gauge',
      '1 while the log no longer reaches back to what scores need.',
      Number(isLogTruncated),
    ],
    ['dealers', 'gauge', 'Dealers that have a record.', dealers.known],
    ['dealers_refused_total', 'counter', 'Dealer records without room.', dealers.refused],
  ];
  return [
    ...lines.map(metricText),
    eventsText(new Map(counters)),
    nullsText(counters),
    selectText(selectNanos),
    processText(),
  ].join('');
}

/** What Prometheus' own clients say of a process, by their names. */
function processText(): string {
  const { user, system } = process.cpuUsage();
  const bytes = process.memoryUsage.rss();
  return [
    '# HELP process_cpu_seconds_total Processor time of all threads.\n',
    '# TYPE process_cpu_seconds_total counter\n',
    `process_cpu_seconds_total ${(user + system) / 1e6}\n`,
    '# HELP process_resident_memory_bytes Resident memory.\n',
    '# TYPE process_resident_memory_bytes gauge\n',
    `process_resident_memory_bytes ${bytes}\n`,
  ].join('');
}

function metricText([name, type, help, value]: Line): string {
  const full = `firstcall_${name}`;
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${full} ${value}\n`;
}

/** What becomes of events besides being applied, as counters are named. */
export const EVENT_OUTCOMES = ['late', 'orphan', 'conflict', 'settled', 'unscored'];

function eventsText(counters: ReadonlyMap<string, number>): string {
  const name = 'firstcall_events_total';
  const help = 'Events that were kept and changed no score, by what was wrong with them.';
  const samples = EVENT_OUTCOMES.map(
    (outcome) => `${name}{outcome="${outcome}"} ${counters.get(outcome) ?? 0}\n`,
  );
  return [`# HELP ${name} ${help}\n# TYPE ${name} counter\n`, ...samples].join('');
}

/** `null.<metric>.<reason>`; the metric may have dots of its own. */
const NULL_COUNTER = /^null\.(.+)\.([^.]+)$/;

function nullsText(counters: EngineFigures['counters']): string {
  const name = 'firstcall_nulls_total';
  const help = 'Results that do not exist, by metric and reason.';
  const samples = counters.flatMap(([counter, count]) => {
    const [, metric, reason] = NULL_COUNTER.exec(counter) ?? [];
    if (metric === undefined || reason === undefined) return [];
    return `${name}{metric="${escapeLabel(metric)}",reason="${escapeLabel(reason)}"} ${count}\n`;
  });
  return [`# HELP ${name} ${help}\n# TYPE ${name} counter\n`, ...samples].join('');
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function selectText(nanos: RecordableHistogram): string {
  const name = 'firstcall_select_seconds';
  const quantiles = [0.5, 0.99, 0.999].map((q) => {
    const seconds = nanos.count === 0 ? 'NaN' : nanos.percentile(q * 100) / 1e9;
    return `${name}{quantile="${q}"} ${seconds}\n`;
  });
  return [
    `# HELP ${name} Time of a selection inside the engine.\n# TYPE ${name} summary\n`,
    ...quantiles,
    `${name}_count ${nanos.count}\n`,
  ].join('');
}
