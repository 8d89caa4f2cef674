import type { ReadonlySignal } from '@preact/signals';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { hashOfPage } from '../state/route.ts';
import { type CellPlace, GridCell } from './grid-cell.tsx';
import { TextSpot } from './spots.ts';
import { usePainted } from './use-painted.ts';

interface DealerCellProps extends CellPlace {
  readonly dealerId: string;
  readonly row: ReadonlySignal<ScoredDealer>;
}

const APPETITES = {
  comingIn: { sign: '▲', says: 'quotes us more of late' },
  backingOff: { sign: '▼', says: 'quotes us less of late' },
} as const;

/** A dealer's name, its tier, and whether it is coming in or backing off. */
export function DealerCell({ dealerId, row, ...place }: DealerCellProps) {
  const cell = usePainted<HTMLTableCellElement>(
    (element) => {
      const standing = element.querySelector<HTMLElement>('.standing')!;
      const text = new TextSpot(standing);
      return () => {
        const { sign, says } = standingOf(row.value);
        if (text.write(sign)) standing.title = says;
      };
    },
    [row],
  );
  return (
    <GridCell {...place} cell={cell} isHeader>
      <a class="dealer-name" href={hashOfPage('dealers', dealerId)} tabIndex={-1} title={dealerId}>
        {dealerId}
      </a>
      <span class="standing" />
    </GridCell>
  );
}

/** A sign for each, not a colour, and what it says. */
function standingOf({ tier, appetite: { state } }: ScoredDealer): { sign: string; says: string } {
  const change = state === 'comingIn' || state === 'backingOff' ? APPETITES[state] : null;
  const parts = [
    ...(tier === null ? [] : [{ sign: `T${tier}`, says: `Tier ${tier} in its asset class` }]),
    ...(change === null ? [] : [change]),
  ];
  return {
    sign: parts.map(({ sign }) => sign).join(' '),
    says: parts.map(({ says }) => says).join('; '),
  };
}
