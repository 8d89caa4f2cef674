import type { EngineCondition } from '../engine-status.ts';

/** Of an engine that has read an empty log, for tests to put into it what they are about. */
export function idleCondition(over: Partial<EngineCondition> = {}): EngineCondition {
  return {
    ready: true,
    reasons: [],
    lagMs: 0,
    brokerAway: false,
    logTruncated: false,
    asOf: null,
    modelHash: 'model',
    rules: {
      hash: 'rules',
      by: '',
      reason: 'built in',
      revision: 0,
      tsLoaded: null,
      size: 0,
      refused: 0,
    },
    partitions: [],
    shared: { sequence: 0, logEnd: 0 },
    eventsApplied: 0,
    eventsLate: 0,
    deadLetters: 0,
    outcomes: {},
    openRfqs: 0,
    rows: 0,
    refusedRows: 0,
    dealers: { known: 0, refused: 0 },
    history: { up: false, status: null },
    selections: { count: 0, p50Micros: null, p99Micros: null, p999Micros: null },
    decisionsWaiting: 0,
    process: { uptimeSeconds: 0, cpuSeconds: 0, residentBytes: 0 },
    ...over,
  };
}
