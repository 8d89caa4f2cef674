import type { Table } from '../support/report.ts';
import { median } from '../support/rounds.ts';

interface GcSeries {
  readonly title: string;
  readonly rounds: readonly { readonly longestGcMs: number }[];
}

/** Longest garbage collection of the engine's serving thread in a round. */
export function gcTable(series: readonly GcSeries[]): Table {
  return {
    title: 'longest garbage collection of the serving thread',
    columns: ['of a round', 'of all'],
    rows: series.map(({ title, rounds }) => {
      const pauses = rounds.map(({ longestGcMs }) => longestGcMs);
      const [middle, longest] = [median(pauses), Math.max(...pauses)];
      return {
        contender: title,
        isBaseline: false,
        texts: [milliseconds(middle), milliseconds(longest)],
        figures: {
          samples: rounds.length,
          medianMs: middle,
          longestMs: longest,
        },
      };
    }),
  };
}

const milliseconds = (ms: number): string => (ms === 0 ? 'none' : `${ms.toFixed(2)} ms`);
