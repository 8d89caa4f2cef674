import type { SelectedDealer } from '../../../schemas/selection.ts';
import { metricView } from '../../format/metric-view.ts';
import { fixed, signed } from '../../format/number.ts';
import { Wide } from './wide.tsx';

/** Each metric of a dealer as it entered the composite, or stands beside it with weight 0. */
export function MetricTable({ dealer }: { readonly dealer: SelectedDealer }) {
  const { metrics, axe, composite, dealerId } = dealer;
  return (
    <Wide label={`Metrics of ${dealerId}`}>
      <table class="facts">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" class="num">
              Estimate
            </th>
            <th scope="col" class="num">
              ± error
            </th>
            <th scope="col" class="num" title="The estimate on the composite's scale">
              Normalised
            </th>
            <th scope="col" class="num">
              Weight
            </th>
            <th scope="col" class="num" title="weight × normalised">
              Adds
            </th>
            <th scope="col" class="num" title="Decayed observations at the ranked scope">
              Observed
            </th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((score) => {
            const view = metricView(score.metric);
            return (
              <tr key={score.metric} class={score.weight === 0 ? 'is-weightless' : ''}>
                <th scope="row" title={view.explanation}>
                  {view.title}
                </th>
                <td class="num">
                  {view.value(score.estimate)} {view.unit}
                </td>
                <td class="num">{view.error(score.standardError)}</td>
                <td class="num">{fixed(score.normalised, 3)}</td>
                <td class="num">{fixed(score.weight, 2)}</td>
                <td class="num">{signed(score.contribution, 4)}</td>
                <td class="num">{fixed(score.mass, 1)}</td>
              </tr>
            );
          })}
          {axe !== null && (
            <tr>
              <th scope="row" title="weight × honesty × min(1, axe / order)">
                Axe, honest {fixed(100 * axe.honesty, 0)}%
              </th>
              <td colSpan={4} />
              <td class="num">{signed(axe.contribution, 4)}</td>
              <td />
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Composite</th>
            <td colSpan={4} />
            <td class="num">{fixed(composite, 4)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </Wide>
  );
}
