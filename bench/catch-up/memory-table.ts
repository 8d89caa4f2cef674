import type { MemoryUse } from '../support/memory-meter.ts';
import type { Table } from '../support/report.ts';
import { median } from '../support/rounds.ts';

interface MemorySeries {
  readonly contender: string;
  readonly rounds: readonly { readonly memory: MemoryUse }[];
}

/** Resident memory of readers as they go through the log; medians over rounds, the peak of all. */
export function memoryTable(series: readonly MemorySeries[]): Table {
  return {
    title: 'resident memory',
    columns: ['1/4', '1/2', '3/4', 'end', 'peak'],
    rows: series.map(({ contender, rounds }) => {
      const { quarters, peakBytes } = memoryOver(rounds);
      return {
        contender,
        isBaseline: false,
        texts: [...quarters, peakBytes].map(mebibytes),
        figures: {
          samples: rounds.length,
          quarterBytes: quarters[0]!,
          halfBytes: quarters[1]!,
          threeQuartersBytes: quarters[2]!,
          endBytes: quarters[3]!,
          peakBytes,
        },
      };
    }),
  };
}

/** NaN where a reader did not come so far. */
export function memoryOver(rounds: MemorySeries['rounds']): MemoryUse {
  const at = (quarter: number) =>
    median(rounds.map(({ memory }) => memory.quarters[quarter] ?? Number.NaN));
  return {
    quarters: [0, 1, 2, 3].map(at),
    peakBytes: Math.max(...rounds.map(({ memory }) => memory.peakBytes)),
  };
}

export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
