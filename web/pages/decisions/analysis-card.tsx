import { Answered } from '../../components/answered.tsx';
import { count, fixed, signed } from '../../format/number.ts';
import { utcSeconds } from '../../format/utc-time.ts';
import { askHistory } from '../../state/ask.ts';
import { useAsked } from '../../state/use-asked.ts';
import { Wide } from './wide.tsx';

/** The analysis of an order (query `analysisOfOrder`), its fills in columns. */
interface AnalysisRow {
  readonly revision: number;
  readonly quantity: number;
  readonly filled_quantity: number;
  readonly ts_arrived_us: number;
  readonly ts_closed_us: number;
  readonly mid_arrived: number | null;
  readonly nulls: Readonly<Record<string, string>>;
  readonly 'fills.dealer_id': readonly string[];
  readonly 'fills.ts_event_us': readonly number[];
  readonly 'fills.price': readonly number[];
  readonly 'fills.quantity': readonly number[];
  readonly 'fills.effective_spread_bps': readonly (number | null)[];
}

const FIGURES = [
  ['delay_bps', 'Delay'],
  ['execution_bps', 'Execution'],
  ['opportunity_bps', 'Opportunity'],
  ['shortfall_bps', 'Shortfall'],
  ['impact_bps', 'Impact'],
  ['reversion_1m_bps', 'Reversion 1m'],
  ['reversion_5m_bps', 'Reversion 5m'],
  ['reversion_30m_bps', 'Reversion 30m'],
] as const;

/** What became of the order, once its last mark-out was due. */
export function AnalysisCard({ orderId }: { readonly orderId: string }) {
  const asked = useAsked(orderId, (signal) =>
    askHistory<AnalysisRow>('analysisOfOrder', { orderId }, { signal }),
  );
  return (
    <section class="card">
      <h2>After the trade</h2>
      <Answered asked={asked} what="the post-trade analysis">
        {([row]) =>
          row === undefined ? (
            <p>
              There is no analysis of this order: it is made once the order is closed and its last
              mark-out is due.
            </p>
          ) : (
            <Analysis row={row} />
          )
        }
      </Answered>
    </section>
  );
}

function Analysis({ row }: { readonly row: AnalysisRow }) {
  const { quantity, filled_quantity, ts_arrived_us, ts_closed_us, revision } = row;
  const figures = row as unknown as Readonly<Record<string, number | null>>;
  return (
    <>
      <p>
        {count(filled_quantity)} of {count(quantity)} filled, from {utcSeconds(ts_arrived_us)} to{' '}
        {utcSeconds(ts_closed_us)} UTC
        {revision > 0 && `; revision ${revision}`}. Figures are bps of the mid at arrival
        {row.mid_arrived !== null && `, ${fixed(row.mid_arrived, 4)}`}.
      </p>
      <dl class="pairs pairs-short">
        {FIGURES.map(([name, title]) => (
          <div key={name}>
            <dt>{title}</dt>
            <dd>
              {figures[name] === null || figures[name] === undefined
                ? `none: ${whyNone(row, name)}`
                : `${signed(figures[name], 2)} bps`}
            </dd>
          </div>
        ))}
      </dl>
      <Fills row={row} />
    </>
  );
}

const REASONS: Readonly<Record<string, string>> = {
  stale: 'the mid was stale',
  noNewTick: 'no new tick',
  noSide: 'no side',
  absurd: 'the price was absurd',
  endedEarly: 'ended early',
  lone: 'nobody to compare with',
  noSize: 'no size',
  pending: 'not due yet',
};

function whyNone({ nulls, filled_quantity }: AnalysisRow, figure: string): string {
  const reason = nulls[figure];
  if (reason !== undefined) return REASONS[reason] ?? reason;
  return filled_quantity === 0 ? 'nothing was filled' : 'not known';
}

function Fills({ row }: { readonly row: AnalysisRow }) {
  const dealers = row['fills.dealer_id'];
  if (dealers.length === 0) return null;
  return (
    <Wide label="Fills">
      <table class="facts">
        <thead>
          <tr>
            <th scope="col">Time, UTC</th>
            <th scope="col">Dealer</th>
            <th scope="col" class="num">
              Quantity
            </th>
            <th scope="col" class="num">
              Price
            </th>
            <th scope="col" class="num">
              Effective spread, bps
            </th>
          </tr>
        </thead>
        <tbody>
          {dealers.map((dealerId, i) => (
            <tr key={`${row['fills.ts_event_us'][i]} ${dealerId}`}>
              <td>{utcSeconds(row['fills.ts_event_us'][i]!)}</td>
              <td>{dealerId}</td>
              <td class="num">{count(row['fills.quantity'][i]!)}</td>
              <td class="num">{fixed(row['fills.price'][i]!, 4)}</td>
              <td class="num">{signed(row['fills.effective_spread_bps'][i], 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
