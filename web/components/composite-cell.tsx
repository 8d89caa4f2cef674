import type { ReadonlySignal } from '@preact/signals';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { fixed, plusMinus } from '../format/number.ts';
import { usePage } from '../state/page.ts';
import { type CellPlace, GridCell } from './grid-cell.tsx';
import { NumberSpot, TextSpot } from './spots.ts';
import { usePainted } from './use-painted.ts';

interface CompositeCellProps extends CellPlace {
  readonly row: ReadonlySignal<ScoredDealer>;
  readonly isRanked: boolean;
}

/** Pixels of the whisker's scale. */
const SCALE_WIDTH = 60;

/**
 * The composite and its standard error, in numbers and as a whisker on the scale that all rows share:
 * dealers whose whiskers overlap are hardly told apart by the evidence.
 */
export function CompositeCell({ row, isRanked, ...place }: CompositeCellProps) {
  const { board } = usePage();
  const cell = usePainted<HTMLTableCellElement>(
    (element) => {
      const number = new NumberSpot(element.querySelector('.number')!, true);
      const text = new TextSpot(element.querySelector('.se')!);
      const { style } = element.querySelector<HTMLElement>('.whisker')!;
      return () => {
        const { composite, compositeStandardError: error } = row.value;
        const [low, high] = board.range.value;
        const pixelsOf = (value: number) => {
          const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
          return Math.round(SCALE_WIDTH * share);
        };
        number.write(fixed(composite, 3), composite);
        text.write(plusMinus(error, 3));
        const from = pixelsOf(composite - (error ?? 0));
        const length = pixelsOf(composite + (error ?? 0)) - from;
        style.backgroundPosition = `${pixelsOf(composite) - 3}px 50%, ${from}px 50%, 0 50%`;
        style.backgroundSize = `6px 6px, ${length}px 2px, 100% 1px`;
      };
    },
    [row],
  );
  return (
    <GridCell {...place} cell={cell} isRanked={isRanked} label="Composite">
      <span class="number" />
      <span class="se" />
      <span class="whisker" />
    </GridCell>
  );
}
