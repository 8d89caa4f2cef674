import type { ReadonlySignal } from '@preact/signals';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { fixed } from '../format/number.ts';
import { scoreOf } from '../format/score-of.ts';
import type { GridColumn } from '../state/grid-columns.ts';
import type { LastQuotes } from '../state/last-quotes.ts';
import { usePage } from '../state/page.ts';
import type { Place } from '../state/rank-settler.ts';
import { CompareCell } from './compare-cell.tsx';
import { CompositeCell } from './composite-cell.tsx';
import { DealerCell } from './dealer-cell.tsx';
import { type CellPlace, GridCell } from './grid-cell.tsx';
import { LastQuoteCell } from './last-quote-cell.tsx';
import { MetricCell } from './metric-cell.tsx';
import { RankCell } from './rank-cell.tsx';
import { SessionCell } from './session-cell.tsx';
import { NumberSpot, TextSpot } from './spots.ts';
import { usePainted } from './use-painted.ts';

interface DealerRowProps {
  readonly place: Place;
  /** From 0, below the head. */
  readonly index: number;
  readonly rowHeight: number;
  readonly columns: readonly GridColumn[];
  /** Column of the grid's tab stop when that is in this row. */
  readonly tabStop: number | null;
  readonly times: ReadonlySignal<LastQuotes | null>;
}

/** One dealer. Its numbers follow the engine; its place is the settled one. */
export function DealerRow({ place, index, rowHeight, columns, tabStop, times }: DealerRowProps) {
  return (
    <tr
      class={`dealer${place.rank === null ? ' is-unranked' : ''}`}
      aria-rowindex={index + 2}
      data-dealer={place.dealerId}
      style={{ top: `${index * rowHeight}px` }}
    >
      {columns.map((column, columnIndex) => (
        <DealerCells
          key={column.id}
          column={column}
          columnIndex={columnIndex}
          isTabStop={columnIndex === tabStop}
          place={place}
          times={times}
        />
      ))}
    </tr>
  );
}

interface DealerCellsProps extends CellPlace {
  readonly place: Place;
  readonly times: ReadonlySignal<LastQuotes | null>;
}

function DealerCells({ place, times, ...cell }: DealerCellsProps) {
  const { address, board } = usePage();
  const { dealerId } = place;
  const row = board.row(dealerId);
  const { metric: rankedBy } = address.value;
  switch (cell.column.kind) {
    case 'compare':
      return <CompareCell dealerId={dealerId} {...cell} />;
    case 'rank':
      return <RankCell place={place} {...cell} />;
    case 'dealer':
      return <DealerCell dealerId={dealerId} row={row} {...cell} />;
    case 'score':
      return <ScoreCell row={row} {...cell} />;
    case 'composite':
      return <CompositeCell row={row} isRanked={rankedBy === null} {...cell} />;
    case 'metric':
      return <MetricCell row={row} isRanked={cell.column.id === rankedBy} {...cell} />;
    case 'evidence':
      return <EvidenceCell row={row} metric={rankedBy ?? 'fillRate'} {...cell} />;
    case 'lastQuote':
      return <LastQuoteCell dealerId={dealerId} times={times} {...cell} />;
    case 'session':
      return <SessionCell dealerId={dealerId} {...cell} />;
  }
}

interface RowCellProps extends CellPlace {
  readonly row: ReadonlySignal<ScoredDealer>;
}

function ScoreCell({ row, ...place }: RowCellProps) {
  const cell = usePainted<HTMLTableCellElement>(
    (element) => {
      const number = new NumberSpot(element.querySelector('.number')!, true);
      return () => number.write(fixed(row.value.displayScore, 2), row.value.displayScore);
    },
    [row],
  );
  return (
    <GridCell {...place} cell={cell}>
      <span class="number" />
    </GridCell>
  );
}

function EvidenceCell({ row, metric, ...place }: RowCellProps & { readonly metric: string }) {
  const cell = usePainted<HTMLTableCellElement>(
    (element) => {
      const mass = new TextSpot(element.querySelector('.mass')!);
      const sample = new TextSpot(element.querySelector('.se')!);
      return () => {
        const score = scoreOf(row.value, metric);
        mass.write(fixed(score?.mass, 0));
        sample.write(fixed(score?.effectiveSample, 0));
      };
    },
    [row, metric],
  );
  return (
    <GridCell {...place} cell={cell} label="Evidence">
      <span class="mass" />
      <span class="se" />
    </GridCell>
  );
}
