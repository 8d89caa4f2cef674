import type { RecordableHistogram } from 'node:perf_hooks';
import type {
  EngineCondition,
  PartitionStatus,
  SelectionFigures,
} from '../schemas/engine-status.ts';
import type { StatusFrame } from '../schemas/protocol.ts';
import type { PartitionName } from '../schemas/subjects.ts';
import { type EngineFigures, EVENT_OUTCOMES } from './engine-metrics.ts';
import type { RulesInForce } from './gateway/services.ts';
import { type BoardBuffer, HEADER } from './scoreboard/board.ts';
import { readHeader } from './scoreboard/read-header.ts';

/** What a person wants to know of an engine beside its figures. */
export interface ConditionParts {
  readonly status: StatusFrame;
  readonly rules: RulesInForce;
  /** By partition: the board that is served. */
  readonly boards: ReadonlyMap<number, BoardBuffer>;
  shardOf(partition: number): number;
  readonly logEnds: ReadonlyMap<PartitionName, number> | null;
  readonly history: EngineCondition['history'];
}

/** The figures of `/metrics` as `/status` tells them, partition by partition. */
export function engineCondition(figures: EngineFigures, parts: ConditionParts): EngineCondition {
  const { header, counters, rulesRefused, dealers, decisionsWaiting } = figures;
  const { status, rules, logEnds, history } = parts;
  const { text: _, ...inForce } = rules;
  const counts = new Map(counters);
  return {
    ready: status.ready,
    reasons: status.reasons,
    lagMs: figures.lagMs,
    brokerAway: figures.isBrokerAway,
    logTruncated: figures.isLogTruncated,
    asOf: status.asOf,
    modelHash: status.modelHash,
    rules: { ...inForce, refused: rulesRefused },
    partitions: [...parts.boards.keys()]
      .sort((a, b) => a - b)
      .map((partition) => partitionStatus(partition, parts)),
    shared: { sequence: header(HEADER.allSequence), logEnd: logEnds?.get('all') ?? null },
    eventsApplied: header(HEADER.events),
    eventsLate: header(HEADER.late),
    deadLetters: header(HEADER.deadLetters),
    outcomes: Object.fromEntries(EVENT_OUTCOMES.map((name) => [name, counts.get(name) ?? 0])),
    openRfqs: header(HEADER.openRfqs),
    rows: header(HEADER.rows),
    refusedRows: header(HEADER.refused),
    dealers,
    history,
    selections: selectionFigures(figures.selectNanos),
    decisionsWaiting,
    process: processFigures(),
  };
}

function partitionStatus(
  partition: number,
  { boards, shardOf, status, logEnds }: ConditionParts,
): PartitionStatus {
  const header = readHeader(boards.get(partition)!);
  const of = (field: number): number => header[field]!;
  return {
    partition,
    shard: shardOf(partition),
    degraded: status.degradedPartitions.includes(partition),
    sequence: of(HEADER.sequence),
    logEnd: logEnds?.get(partition) ?? null,
    watermark: of(HEADER.watermark) || null,
    eventsApplied: of(HEADER.events),
    eventsLate: of(HEADER.late),
    deadLetters: of(HEADER.deadLetters),
    openRfqs: of(HEADER.openRfqs),
    rows: of(HEADER.rows),
  };
}

function selectionFigures(nanos: RecordableHistogram): SelectionFigures {
  const micros = (percent: number) => (nanos.count === 0 ? null : nanos.percentile(percent) / 1e3);
  return {
    count: nanos.count,
    p50Micros: micros(50),
    p99Micros: micros(99),
    p999Micros: micros(99.9),
  };
}

function processFigures(): EngineCondition['process'] {
  const { user, system } = process.cpuUsage();
  return {
    uptimeSeconds: process.uptime(),
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
  };
}
