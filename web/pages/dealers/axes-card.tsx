import type { DealerProfile } from '../../../schemas/record-edit.ts';
import { Answered } from '../../components/answered.tsx';
import { count, fixed } from '../../format/number.ts';
import { askHistory } from '../../state/ask.ts';
import { useAsked } from '../../state/use-asked.ts';
import { rowsOfScope } from './trend.ts';

/** A row of the named query `dealerAxes`. */
interface AxesRow {
  readonly scope: string;
  readonly axe_count: number;
  readonly instrument_count: number;
  readonly median_axe_count: number | null;
  /** That sent any. */
  readonly dealer_count: number;
}

interface AxesCardProps {
  readonly dealerId: string;
  readonly scope: string;
  readonly days: number;
  readonly profile: DealerProfile | null;
}

const HISTORY_MS = 60_000;

/** How many axes the dealer sends, and whether it means them. */
export function AxesCard({ dealerId, scope, days, profile }: AxesCardProps) {
  const axes = useAsked(
    `${dealerId} ${days}`,
    (signal) => askHistory<AxesRow>('dealerAxes', { dealerId, days }, { signal }),
    HISTORY_MS,
  );
  return (
    <section class="card">
      <h2>Axes</h2>
      <Answered asked={axes} what="its axes">
        {(rows) => <AxesText row={rowsOfScope(rows, scope)[0]} days={days} />}
      </Answered>
      <Honesty profile={profile} scope={scope} />
    </section>
  );
}

function AxesText({ row, days }: { readonly row: AxesRow | undefined; readonly days: number }) {
  if (row === undefined || row.axe_count === 0) {
    return <p>It sent no axe here in {days} days.</p>;
  }
  return (
    <p>
      It sent <b>{count(row.axe_count)}</b> axes in {count(row.instrument_count)} instruments in{' '}
      {days} days; the median of the {count(row.dealer_count)} dealers that sent any is{' '}
      {fixed(row.median_axe_count, 0)}.
    </p>
  );
}

/** The live estimate: what an axe of the dealer adds to its composite is weighed by it. */
function Honesty({ profile, scope }: Pick<AxesCardProps, 'profile' | 'scope'>) {
  const standing = profile?.standings.find((each) => each.scope === scope);
  const honesty = standing?.metrics.find(({ metric }) => metric === 'axeHonesty');
  if (honesty === undefined) {
    return (
      <p class="card-after">
        How honest they are is not known: it was not asked while an axe of it was live.
      </p>
    );
  }
  return (
    <p class="card-after">
      Axe honesty <b>{fixed(100 * honesty.estimate, 1)} %</b>, on a weight of{' '}
      {fixed(honesty.mass, 1)} RFQs: how often, asked while its axe was live, it quoted the size and
      the price that the axe had said. What an axe adds to its composite is multiplied by this.
    </p>
  );
}
