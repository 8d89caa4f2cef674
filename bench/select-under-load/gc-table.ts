import type { Table } from '../support/report.ts';
import { median } from '../support/rounds.ts';

/** Of the thread that serves, in any round. */
const TARGET_MS = 1;

interface GcSeries {
  readonly title: string;
  readonly rounds: readonly { readonly longestGcMs: number }[];
}

/** Longest garbage collection of the engine's serving thread in a round. */
export function gcTable(series: readonly GcSeries[]): Table {
  return {
    title: 'longest garbage collection of the serving thread',
    columns: ['of a round', 'of all', 'target'],
    rows: series.map(({ title, rounds }) => {
      const pauses = rounds.map(({ longestGcMs }) => longestGcMs);
      const [middle, longest] = [median(pauses), Math.max(...pauses)];
      const verdict = longest < TARGET_MS ? 'met' : 'MISSED';
      return {
        contender: title,
        isBaseline: false,
        texts: [milliseconds(middle), milliseconds(longest), `under ${TARGET_MS} ms: ${verdict}`],
        figures: {
          samples: rounds.length,
          medianMs: middle,
          longestMs: longest,
          targetMs: TARGET_MS,
        },
      };
    }),
  };
}

const milliseconds = (ms: number): string => (ms === 0 ? 'none' : `${ms.toFixed(2)} ms`);
