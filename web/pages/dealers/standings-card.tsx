import type { DealerProfile, DealerStanding } from '../../../schemas/record-edit.ts';
import { metricView } from '../../format/metric-view.ts';
import { fixed, plusMinus } from '../../format/number.ts';
import { scopeTitle } from '../../format/scope-label.ts';
import { hashOf } from '../../state/topic-address.ts';

const METRICS = ['fillRate', 'priceImprovementBps', 'responseSeconds', 'reversion30mBps'];

const APPETITES = {
  comingIn: '▲ coming in',
  backingOff: '▼ backing off',
  steady: 'steady',
  unknown: 'not known',
} as const;

interface StandingsCardProps {
  readonly profile: DealerProfile;
  readonly scope: string;
}

/** Where the dealer stands now, by asset class: the decayed scores that orders are decided by. */
export function StandingsCard({ profile, scope }: StandingsCardProps) {
  const chosen = profile.standings.find((each) => each.scope === scope);
  return (
    <section class="card standings">
      <h2>Standing now</h2>
      {profile.standings.length === 0 ? (
        <p class="card-note">The dealer was never observed.</p>
      ) : (
        <StandingsTable standings={profile.standings} scope={scope} />
      )}
      {chosen?.insufficient === true && (
        <p class="too-little">
          Too little evidence in {scopeTitle(scope)} to rank: its numbers there are mostly the
          estimate of wider scopes.
        </p>
      )}
      <p class="card-note card-after">
        Live scores: recent events weigh more. ± is one standard error.
      </p>
    </section>
  );
}

interface StandingsTableProps {
  readonly standings: readonly DealerStanding[];
  readonly scope: string;
}

function StandingsTable({ standings, scope }: StandingsTableProps) {
  return (
    <div class="table-scroll">
      <table class="facts">
        <thead>
          <tr>
            <th scope="col">Asset class</th>
            <th scope="col">Tier</th>
            <th scope="col" class="num">
              Rank
            </th>
            <th scope="col" class="num">
              Score
            </th>
            <th scope="col" class="num">
              Composite
            </th>
            {METRICS.map((metric) => {
              const { title, unit, explanation } = metricView(metric);
              return (
                <th key={metric} scope="col" class="num" title={explanation}>
                  {title} {unit}
                </th>
              );
            })}
            <th scope="col">Appetite</th>
          </tr>
        </thead>
        <tbody>
          {standings.map((each) => (
            <StandingLine key={each.scope} standing={each} isChosen={each.scope === scope} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface StandingLineProps {
  readonly standing: DealerStanding;
  readonly isChosen: boolean;
}

function StandingLine({ standing, isChosen }: StandingLineProps) {
  const { scope, tier, rank, ranked, composite, compositeStandardError: error } = standing;
  return (
    <tr class={isChosen ? 'is-chosen' : ''}>
      <th scope="row">
        <a class="link" href={hashOf({ scope, metric: null })}>
          {scopeTitle(scope)}
        </a>
      </th>
      <td>{tier === null ? '–' : `T${tier}`}</td>
      <td class="num">{rank === null ? 'too little' : `${rank} of ${ranked}`}</td>
      <td class="num">{fixed(standing.displayScore, 2)}</td>
      <td class="num">
        {fixed(composite, 3)} {plusMinus(error, 3)}
      </td>
      {METRICS.map((metric) => {
        const found = standing.metrics.find((each) => each.metric === metric);
        return (
          <td key={metric} class="num">
            {found === undefined ? '–' : metricView(metric).value(found.estimate)}
          </td>
        );
      })}
      <td>{APPETITES[standing.appetite.state]}</td>
    </tr>
  );
}
