import { createHistogram } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { CounterSums } from './counter-sums.ts';
import { engineMetrics } from './engine-metrics.ts';

function metricsOf(counters: CounterSums): string[] {
  const selectNanos = createHistogram();
  const sums = counters.sums();
  const figures = {
    header: () => 0,
    degradedPartitions: 0,
    isBrokerAway: false,
    lagMs: 1_500,
    isLogTruncated: false,
    rulesRefused: 0,
    decisionsWaiting: 0,
    dealers: { known: 3, refused: 1 },
    selectNanos,
    counters: sums,
  };
  return engineMetrics(figures).split('\n');
}

test('counters of all partitions are summed by name, and those of a new shard replace the old', () => {
  const counters = new CounterSums();
  counters.replace(0, [
    ['accepted.quote', 50],
    ['late', 3],
    ['null.coverBps.lone', 4],
  ]);
  counters.replace(1, [
    ['conflict', 2],
    ['late', 4],
    ['null.coverBps.lone', 1],
    ['null.tca.a"b.c.stale', 7],
  ]);
  counters.replace(0, [
    ['late', 5],
    ['null.coverBps.lone', 6],
  ]);
  const lines = metricsOf(counters);
  expect(lines.filter((line) => line.startsWith('firstcall_events_total'))).toEqual([
    'firstcall_events_total{outcome="late"} 9',
    'firstcall_events_total{outcome="orphan"} 0',
    'firstcall_events_total{outcome="conflict"} 2',
    'firstcall_events_total{outcome="settled"} 0',
    'firstcall_events_total{outcome="unscored"} 0',
  ]);
  expect(lines.filter((line) => line.startsWith('firstcall_nulls_total'))).toEqual([
    'firstcall_nulls_total{metric="coverBps",reason="lone"} 7',
    'firstcall_nulls_total{metric="tca.a\\"b.c",reason="stale"} 7',
  ]);
});

test('there is one help and one type for each name, before its samples', () => {
  const lines = metricsOf(new CounterSums());
  const names = lines
    .filter((line) => line.startsWith('# TYPE '))
    .map((line) => line.split(' ')[2]);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining(['firstcall_events_total', 'firstcall_nulls_total']),
  );
});

test('what the process takes is told by the names that Prometheus knows', () => {
  const lines = metricsOf(new CounterSums());
  const numberOf = (name: string) => {
    const line = lines.find((each) => each.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  };
  expect(numberOf('process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(numberOf('process_resident_memory_bytes')).toBeGreaterThan(1e7);
});
