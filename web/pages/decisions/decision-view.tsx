import { Answered } from '../../components/answered.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { hashOfPage } from '../../state/route.ts';
import { useAsked } from '../../state/use-asked.ts';
import { AnalysisCard } from './analysis-card.tsx';
import { CalledCard } from './called-card.tsx';
import { DecisionFacts } from './decision-facts.tsx';
import { LeftOutCard } from './left-out-card.tsx';
import { type LoadedDecision, loadDecision, type RecordedDecision } from './load-decision.ts';
import { OverridesCard } from './overrides-card.tsx';
import { PlanCard } from './plan-card.tsx';
import { PreTradeCard } from './pre-trade-card.tsx';
import { RemembersCard } from './remembers-card.tsx';
import { RulesCard } from './rules-card.tsx';

/** Overrides come later, and the history a moment after the engine. */
const NEWS_MS = 5_000;

/** One decision: what the engine knew then, and what became of it. */
export function DecisionView({ id }: { readonly id: string }) {
  const asked = useAsked(id, (signal) => loadDecision(id, signal), NEWS_MS);
  const back = (
    <a class="text-link" href={hashOfPage('decisions')}>
      All decisions
    </a>
  );
  return (
    <PageFrame title={`Decision ${id}`} beside={back}>
      <Answered asked={asked} what={`decision ${id}`}>
        {(loaded) => <Loaded loaded={loaded} />}
      </Answered>
    </PageFrame>
  );
}

function Loaded({ loaded }: { readonly loaded: LoadedDecision }) {
  return loaded.from === 'engine' ? (
    <RemembersCard decision={loaded.decision} why={loaded.why} />
  ) : (
    <Recorded recorded={loaded.decision} />
  );
}

function Recorded({ recorded }: { readonly recorded: RecordedDecision }) {
  const { selection, overrides, sequence } = recorded;
  return (
    <div class="decision">
      <DecisionFacts recorded={recorded} />
      <OverridesCard overrides={overrides} />
      <CalledCard selection={selection} />
      <PlanCard plan={selection.plan} />
      <PreTradeCard preTrade={selection.preTrade} />
      <LeftOutCard selection={selection} />
      <RulesCard trace={selection.rules} hash={selection.rulesHash} near={sequence} />
      <AnalysisCard orderId={selection.orderId} />
    </div>
  );
}
