import { useMemo } from 'preact/hooks';
import type { DealerProfile } from '../../../schemas/record-edit.ts';
import { Answered } from '../../components/answered.tsx';
import type { PageProps } from '../../components/lazy-page.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { scopeTitle } from '../../format/scope-label.ts';
import { ask, askHistory } from '../../state/ask.ts';
import { hashOfPage } from '../../state/route.ts';
import { type Asked, useAsked } from '../../state/use-asked.ts';
import { AxesCard } from './axes-card.tsx';
import { ChangeCard } from './change-card.tsx';
import { ChoiceLinks } from './choice-links.tsx';
import { DealerRecord } from './dealer-record.tsx';
import { MarkOutCard } from './mark-out-card.tsx';
import { OutcomesCard } from './outcomes-card.tsx';
import { PrintHead } from './print-head.tsx';
import { ResponseCard } from './response-card.tsx';
import { StandingsCard } from './standings-card.tsx';
import { rowsOfScope, type TrendRow } from './trend.ts';
import { TrendCard } from './trend-card.tsx';

interface ScorecardProps {
  readonly dealerId: string;
  readonly params: PageProps['params'];
}

const PROFILE_MS = 5_000;
const HISTORY_MS = 60_000;
const PERIODS = ['30', '90', '365'];
const PERIOD_DEFAULT = '90';

/** What a portfolio manager talks about with the dealer. */
export function Scorecard({ dealerId, params }: ScorecardProps) {
  const scope = params.scope ?? 'ALL';
  const days = PERIODS.find((each) => each === params.days) ?? PERIOD_DEFAULT;
  const profile = useAsked(
    dealerId,
    (signal) => ask<DealerProfile>(`dealers/${encodeURIComponent(dealerId)}`, { signal }),
    PROFILE_MS,
  );
  const trend = useAsked(
    `${dealerId} ${days}`,
    (signal) => askHistory<TrendRow>('dealerTrend', { dealerId, days: Number(days) }, { signal }),
    HISTORY_MS,
  );
  const { value: failure } = profile.failure;
  if (failure?.code === 'noRecord') return <UnknownDealer why={failure.message} />;
  const name = profile.answer.value?.record?.name;
  return (
    <PageFrame
      title={name === undefined || name === dealerId ? dealerId : `${dealerId} · ${name}`}
      beside={<Choices dealerId={dealerId} scope={scope} days={days} profile={profile} />}
    >
      <div class="scorecard">
        <PrintHead scope={scope} days={Number(days)} trend={trend} />
        <Answered asked={profile} what="the dealer">
          {(answer) => (
            <div class="scorecard-pair scorecard-head">
              <DealerRecord profile={answer} />
              <StandingsCard profile={answer} scope={scope} />
            </div>
          )}
        </Answered>
        <ChangeCard dealerId={dealerId} scope={scope} />
        <Answered asked={trend} what="what the dealer did with our RFQs">
          {(rows) => <TrendCards rows={rows} scope={scope} dealerId={dealerId} days={days} />}
        </Answered>
        <div class="scorecard-pair">
          <MarkOutCard dealerId={dealerId} scope={scope} days={Number(days)} />
          <AxesCard
            dealerId={dealerId}
            scope={scope}
            days={Number(days)}
            profile={profile.answer.value}
          />
        </div>
      </div>
    </PageFrame>
  );
}

function UnknownDealer({ why }: { readonly why: string }) {
  return (
    <PageFrame title="Dealers">
      <Notice title="No such dealer">
        <p>{why}.</p>
        <p>
          <a href={hashOfPage('dealers')}>All dealers</a>
        </p>
      </Notice>
    </PageFrame>
  );
}

interface ChoicesProps {
  readonly dealerId: string;
  readonly scope: string;
  readonly days: string;
  readonly profile: Asked<DealerProfile>;
}

function Choices({ dealerId, scope, days, profile }: ChoicesProps) {
  const observed = (profile.answer.value?.standings ?? []).map((standing) => standing.scope);
  const scopes = [...new Set(['ALL', ...observed, scope])].sort();
  return (
    <>
      <ChoiceLinks
        title="Asset class"
        chosen={scope}
        choices={scopes.map((each) => ({
          value: each,
          text: scopeTitle(each),
          href: hashOfPage('dealers', dealerId, { scope: each, days }),
        }))}
      />
      <ChoiceLinks
        title="Period"
        chosen={days}
        choices={PERIODS.map((each) => ({
          value: each,
          text: `${each} days`,
          href: hashOfPage('dealers', dealerId, { scope, days: each }),
        }))}
      />
      <button type="button" class="button" onClick={() => print()}>
        Print
      </button>
    </>
  );
}

interface TrendCardsProps {
  /** Of all scopes. */
  readonly rows: readonly TrendRow[];
  readonly scope: string;
  readonly dealerId: string;
  readonly days: string;
}

function TrendCards({ rows: all, scope, dealerId, days }: TrendCardsProps) {
  // The same rows while nothing is new, so that charts are not made again.
  const rows = useMemo(() => rowsOfScope(all, scope), [all, scope]);
  const asked = rows.reduce((sum, row) => sum + row.asked_count, 0);
  if (asked === 0) {
    return (
      <section class="card">
        <h2>RFQs over time</h2>
        <p class="card-note">
          The dealer was not asked here in the last {days} days: there is nothing to average.
        </p>
      </section>
    );
  }
  return (
    <>
      <TrendCard rows={rows} dealerId={dealerId} />
      <div class="scorecard-pair">
        <OutcomesCard rows={rows} />
        <ResponseCard rows={rows} />
      </div>
    </>
  );
}
