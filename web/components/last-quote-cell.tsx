import type { ReadonlySignal } from '@preact/signals';
import { NO_NUMBER } from '../format/number.ts';
import { duration, zonedTime } from '../format/time.ts';
import type { LastQuotes } from '../state/last-quotes.ts';
import { usePage } from '../state/page.ts';
import { type CellPlace, GridCell } from './grid-cell.tsx';
import { TextSpot } from './spots.ts';
import { usePainted } from './use-painted.ts';

interface LastQuoteCellProps extends CellPlace {
  readonly dealerId: string;
  readonly times: ReadonlySignal<LastQuotes | null>;
}

/** How long before the newest event the dealer last quoted a firm price, in any instrument. */
export function LastQuoteCell({ dealerId, times, ...place }: LastQuoteCellProps) {
  const page = usePage();
  const cell = usePainted<HTMLTableCellElement>(
    (element) => {
      const text = new TextSpot(element.querySelector('.age')!);
      return () => {
        // Twice a second is often enough for an age.
        void page.sampleCount.value;
        const asOf = page.board.asOf.peek();
        const quotedAt = times.value?.of.get(dealerId)?.tsLastQuote ?? null;
        const lead = times.value?.leadMicros ?? 0;
        const isKnown = quotedAt !== null && asOf !== null;
        text.write(isKnown ? duration((asOf + lead - quotedAt) / 1000) : NO_NUMBER);
      };
    },
    [dealerId, times],
  );
  const explain = () => {
    const { tsLastQuote = null, tsLastAsk = null } = times.peek()?.of.get(dealerId) ?? {};
    return `Last firm quote: ${timeText(tsLastQuote)}. Last asked: ${timeText(tsLastAsk)}.`;
  };
  return (
    <GridCell {...place} cell={cell} label="Last quote" explain={explain}>
      <span class="age" />
    </GridCell>
  );
}

function timeText(micros: number | null): string {
  if (micros === null) return 'not known';
  const { date, time, zone } = zonedTime(micros, 'UTC');
  return `${date} ${time} ${zone}`;
}
