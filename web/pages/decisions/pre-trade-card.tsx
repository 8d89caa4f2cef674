import type { PreTrade } from '../../../schemas/selection.ts';
import { fixed, signed } from '../../format/number.ts';
import { utcSeconds } from '../../format/utc-time.ts';
import { Wide } from './wide.tsx';

/** What could be expected before anybody was asked. */
export function PreTradeCard({ preTrade }: { readonly preTrade: PreTrade }) {
  const { curve, recommended, benchmark } = preTrade;
  return (
    <section class="card">
      <h2>Before the trade</h2>
      <dl class="pairs pairs-short">
        {figuresOf(preTrade).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {benchmark !== null && (
        <p>
          A competitive quote was {fixed(benchmark.price, 4)} ({signed(benchmark.improvementBps, 2)}{' '}
          bps against mid), within {fixed(benchmark.toleranceBps, 2)} bps.
        </p>
      )}
      {curve.length > 0 && (
        <details>
          <summary>
            Worth asking: {recommended}. Gain and leakage, one more dealer at a time
          </summary>
          <Curve preTrade={preTrade} />
        </details>
      )}
    </section>
  );
}

function Curve({ preTrade: { curve, recommended } }: { readonly preTrade: PreTrade }) {
  return (
    <Wide label="Gain and leakage by dealers asked">
      <table class="facts">
        <thead>
          <tr>
            {['Dealers', 'Gain, bps', 'Leakage, bps', 'Net, bps'].map((title) => (
              <th key={title} scope="col" class="num">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {curve.map(({ dealers, gainBps, leakageBps, netBps }) => (
            <tr key={dealers}>
              <td class="num">
                {dealers === recommended && <span title="Net is largest">▸ </span>}
                {dealers}
              </td>
              <td class="num">{signed(gainBps, 2)}</td>
              <td class="num">{signed(leakageBps, 2)}</td>
              <td class="num">{signed(netBps, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function figuresOf(preTrade: PreTrade): [name: string, text: string][] {
  const { mid, tsMid, advShare, daysSinceTrade } = preTrade;
  const bps = (value: number | null) => (value === null ? 'not known' : `${fixed(value, 2)} bps`);
  const when = tsMid === null ? '' : ` at ${utcSeconds(tsMid)} UTC`;
  return [
    ['Mid', mid === null ? 'not known' : `${fixed(mid, 4)}${when}`],
    ['Spread', bps(preTrade.spreadBps)],
    ['Spread cost', bps(preTrade.spreadCostBps)],
    ['Volatility, a day', bps(preTrade.volatilityBps)],
    ['Share of daily volume', advShare === null ? 'not known' : `${fixed(100 * advShare, 1)}%`],
    ['Impact', bps(preTrade.impactBps)],
    ['Last trade', daysSinceTrade === null ? 'not known' : `${fixed(daysSinceTrade, 1)} days ago`],
    ['Uncertainty', bps(preTrade.uncertaintyBps)],
  ];
}
