import type { CurvePoint } from '../../../schemas/selection.ts';
import { CurveTable } from '../../components/curve-table.tsx';
import { fixed, signed } from '../../format/number.ts';
import { curveShape, HEIGHT, MARGIN, WIDTH } from './curve-shape.ts';
import type { ShownSelection } from './ticket.ts';
import { useTicket } from './ticket-context.ts';

/** What one more dealer brings, and what it costs that one more has heard. */
export function CurveCard({ shown }: { readonly shown: ShownSelection }) {
  const { curve, recommended } = shown.preTrade;
  if (curve.length === 0) return null;
  return (
    <section class="card" aria-labelledby="order-curve-title">
      <h2 id="order-curve-title">How many to ask: gain against leakage</h2>
      <Curve curve={curve} recommended={recommended} />
      <details class="order-details">
        <summary>The curve in numbers</summary>
        <CurveTable curve={curve} recommended={recommended} />
      </details>
    </section>
  );
}

interface CurveProps {
  readonly curve: readonly CurvePoint[];
  readonly recommended: number;
}

function Curve({ curve, recommended }: CurveProps) {
  const { lines, grid, x, y } = curveShape(curve);
  const called = useTicket().called.value.length;
  const best = curve.find(({ dealers }) => dealers === recommended);
  const says =
    best === undefined
      ? 'Gain against leakage by number of dealers'
      : `Net is largest with ${recommended} dealers: gain ${fixed(best.gainBps, 2)}, leakage ${fixed(best.leakageBps, 2)}, net ${fixed(best.netBps, 2)} bps`;
  const bottom = HEIGHT - MARGIN.bottom;
  return (
    <svg class="curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={says}>
      {grid.map((line) => (
        <g key={line.bps}>
          <line
            class={line.bps === 0 ? 'curve-zero' : 'curve-grid'}
            x1={MARGIN.left}
            x2={WIDTH - MARGIN.right}
            y1={line.y}
            y2={line.y}
          />
          <text class="curve-tick" x={MARGIN.left - 5} y={line.y + 3.5} text-anchor="end">
            {signed(Number(line.bps.toPrecision(6)), decimalsOf(grid))}
          </text>
        </g>
      ))}
      {curve.map(({ dealers }) => (
        <text key={dealers} class="curve-tick" x={x(dealers)} y={bottom + 13} text-anchor="middle">
          {dealers}
        </text>
      ))}
      <text class="curve-tick" x={WIDTH - MARGIN.right + 15} y={bottom + 13}>
        dealers
      </text>
      {best !== undefined && (
        <g>
          <line
            class="curve-best"
            x1={x(recommended)}
            x2={x(recommended)}
            y1={MARGIN.top}
            y2={bottom}
          />
          <text class="curve-best-label" x={x(recommended)} y={MARGIN.top - 7} text-anchor="middle">
            best: {recommended}
          </text>
        </g>
      )}
      {lines.map(({ key, title, points, labelY }) => (
        <g key={key} class={`curve-line curve-${key}`}>
          <polyline
            points={points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ')}
          />
          <text x={WIDTH - MARGIN.right + 8} y={labelY + 3.5}>
            {title}
          </text>
        </g>
      ))}
      {best !== undefined && (
        <circle class="curve-point" cx={x(recommended)} cy={y(best.netBps)} r="4" />
      )}
      {called > 0 && called <= curve.length && called !== recommended && (
        <text class="curve-called" x={x(called)} y={bottom + 26} text-anchor="middle">
          ▲
          <tspan x={x(called) + 9} text-anchor="start">
            called: {called}
          </tspan>
        </text>
      )}
      <text class="curve-tick" x={4} y={10}>
        bps
      </text>
    </svg>
  );
}

/** Digits that tell grid lines apart. */
function decimalsOf(grid: readonly { readonly bps: number }[]): number {
  const step = grid.length < 2 ? 1 : Math.abs(grid[1]!.bps - grid[0]!.bps);
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
}
