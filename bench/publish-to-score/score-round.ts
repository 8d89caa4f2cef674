import { Latencies } from '../support/latencies.ts';
import type { Probe } from '../support/probe-publisher.ts';
import type { Applied, Sighting } from './sighting-role.ts';

/** What one round came to. */
export interface ScoreRound {
  /** From the moment at which an event was due to be published to the moment at which it was seen. */
  readonly latencies: Latencies;
  readonly probes: number;
  readonly seen: number;
  /** Whether the scores hold all that was published; null: there are none. */
  readonly isApplied: boolean | null;
}

export interface ScoreRoundParts {
  /** In the order in which they were due. */
  readonly probes: readonly Probe[];
  /** In the order in which they were made. */
  readonly sightings: readonly Sighting[];
  /** Probes of so long at the beginning are looked for and not timed. */
  readonly warmUpSeconds: number;
  readonly applied: Applied | null;
  /** Events of the log's partitions. */
  readonly published: number;
}

export function scoreRound(parts: ScoreRoundParts): ScoreRound {
  const { probes, sightings, warmUpSeconds, applied, published } = parts;
  const latencies = new Latencies();
  const timedFrom = (probes[0]?.due ?? 0) + warmUpSeconds * 1e9;
  let seen = 0;
  for (const { due, partition, sequence } of probes) {
    const sighting = sightings.find(([p, reached]) => p === partition && reached >= sequence);
    if (sighting === undefined) continue;
    seen++;
    if (due >= timedFrom) latencies.record(sighting[2] - due);
  }
  const isApplied = applied === null ? null : applied.events === published && applied.refused === 0;
  return { latencies, probes: probes.length, seen, isApplied };
}
