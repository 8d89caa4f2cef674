import { signed } from '../format/number.ts';
import { usePage } from '../state/page.ts';
import { type CellPlace, GridCell } from './grid-cell.tsx';
import { Sparkline } from './sparkline.ts';
import { TextSpot } from './spots.ts';
import { usePainted } from './use-painted.ts';

interface SessionCellProps extends CellPlace {
  readonly dealerId: string;
}

/** The composite since the page was opened: its line and its change. */
export function SessionCell({ dealerId, ...place }: SessionCellProps) {
  const page = usePage();
  const { scope } = page.address.value;
  const cell = usePainted<HTMLTableCellElement>(
    (element) => {
      const line = new Sparkline(element.querySelector('canvas')!);
      const change = new TextSpot(element.querySelector('.session-change')!);
      return () => {
        // Trails are no signals; this one says when to look at them.
        void page.sampleCount.value;
        const trail = page.board.trails.of(scope, dealerId);
        if (!line.draw(trail)) return;
        const { samples } = trail;
        const first = samples[0];
        const last = samples.at(-1);
        const isKnown = first !== undefined && last !== undefined;
        change.write(signed(isKnown ? last.value - first.value : null, 3));
      };
    },
    [scope, dealerId],
  );
  return (
    <GridCell {...place} cell={cell} label="Session">
      <canvas class="sparkline" />
      <span class="session-change" />
    </GridCell>
  );
}
