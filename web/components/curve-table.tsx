import type { CurvePoint } from '../../schemas/selection.ts';
import { fixed } from '../format/number.ts';

interface CurveTableProps {
  readonly curve: readonly CurvePoint[];
  /** Dealers at which net is largest. */
  readonly recommended: number;
}

const TITLES = ['Dealers', 'Gain, bps', 'Leakage, bps', 'Net, bps'];

/** What one more dealer brings and costs, in numbers. */
export function CurveTable({ curve, recommended }: CurveTableProps) {
  return (
    <table class="facts">
      <thead>
        <tr>
          {TITLES.map((title) => (
            <th key={title} scope="col" class="num">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {curve.map(({ dealers, gainBps, leakageBps, netBps }) => (
          <tr key={dealers}>
            <th scope="row" class="num">
              {dealers === recommended && 'best: '}
              {dealers}
            </th>
            {[gainBps, leakageBps, netBps].map((bps, i) => (
              <td key={TITLES[i + 1]} class="num">
                {fixed(bps, 2)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
