import { Answered } from '../../components/answered.tsx';
import { count, plusMinus, signed } from '../../format/number.ts';
import { askHistory } from '../../state/ask.ts';
import { useAsked } from '../../state/use-asked.ts';
import { type MarkOutRow, markOutPicture } from './mark-out.ts';
import { MarkOutPlot } from './mark-out-plot.tsx';
import { rowsOfScope } from './trend.ts';

interface MarkOutCardProps {
  readonly dealerId: string;
  readonly scope: string;
  readonly days: number;
}

const HISTORY_MS = 60_000;

/** Where the mid went after the dealer had traded with us. */
export function MarkOutCard({ dealerId, scope, days }: MarkOutCardProps) {
  const markOuts = useAsked(
    `${dealerId} ${days}`,
    (signal) => askHistory<MarkOutRow>('dealerMarkOuts', { dealerId, days }, { signal }),
    HISTORY_MS,
  );
  return (
    <section class="card">
      <h2>Where the mid went after its wins</h2>
      <Answered asked={markOuts} what="its mark-outs">
        {(rows) => <MarkOut rows={rowsOfScope(rows, scope)} dealerId={dealerId} />}
      </Answered>
      <p class="card-note card-after">
        Mean move of the mid from just before the deal, in our direction, ± one standard error; a
        plain move, without the benchmark. Above 0: it went our way. Below: it came back, so we paid
        for a move that did not last. A deal counts where the mid has ticked since: more of them
        after a longer time.
      </p>
    </section>
  );
}

interface MarkOutProps {
  readonly rows: readonly MarkOutRow[];
  readonly dealerId: string;
}

function MarkOut({ rows, dealerId }: MarkOutProps) {
  if (!rows.some(({ mean_bps }) => mean_bps !== null)) {
    return <p class="card-note">It traded nothing here whose mark-out is known.</p>;
  }
  return (
    <>
      <MarkOutPlot picture={markOutPicture(rows)} dealerId={dealerId} />
      <table class="facts">
        <thead>
          <tr>
            <th scope="col">After</th>
            <th scope="col" class="num">
              Dealer, bps
            </th>
            <th scope="col" class="num">
              Deals
            </th>
            <th scope="col" class="num">
              Median dealer, bps
            </th>
            <th scope="col" class="num">
              Dealers
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.horizon_seconds}>
              <th scope="row">{row.horizon_seconds / 60} min</th>
              <td class="num">
                {signed(row.mean_bps, 2)} {plusMinus(row.standard_error_bps, 2)}
              </td>
              <td class="num">{count(row.fill_count)}</td>
              <td class="num">{signed(row.median_bps, 2)}</td>
              <td class="num">{count(row.dealer_count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
