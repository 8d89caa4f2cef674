import { useComputed } from '@preact/signals';
import { duration } from '../../format/time.ts';
import { usePage } from '../../state/page.ts';
import { Age, ageMs } from './age.tsx';
import { CallList } from './call-list-view.tsx';
import { CurveCard } from './curve-card.tsx';
import { LeftOutCard } from './left-out-card.tsx';
import { PlanCard } from './plan-card.tsx';
import { PreTradeCard } from './pre-trade-card.tsx';
import { RulesCard } from './rules-card.tsx';
import { TakePanel } from './take-panel.tsx';
import type { ShownSelection } from './ticket.ts';
import { useTicket } from './ticket-context.ts';

interface OrderAnswerProps {
  readonly shown: ShownSelection;
}

/** The list for an order and all that stands behind it; greyed while it is not that of now. */
export function OrderAnswer({ shown }: OrderAnswerProps) {
  const ticket = useTicket();
  const why = useWhyOld();
  const isOld = why !== null || !ticket.isCurrent.value;
  return (
    <>
      <Staleness why={why} />
      <Warnings shown={shown} />
      <div class={`order-answer ${isOld ? 'is-old' : ''}`} aria-busy={!ticket.isCurrent.value}>
        <div class="order-main">
          <CallList shown={shown} />
          <TakePanel />
        </div>
        <div class="order-side-cards">
          <PlanCard shown={shown} />
          <PreTradeCard shown={shown} />
          <CurveCard shown={shown} />
          <RulesCard shown={shown} />
          <LeftOutCard filtered={shown.filtered} />
        </div>
      </div>
    </>
  );
}

/** A preview is asked for anew every few seconds: one that is older was not answered. */
const OLD_AFTER_MS = 15_000;

/** Why the list cannot be taken for that of now; null: it can. A taken list is of its moment for good. */
function useWhyOld(): string | null {
  const page = usePage();
  const { decision, failure, ownList, previewAtMs } = useTicket();
  // Computed, so that the page is not drawn anew whenever the clock is looked at.
  return useComputed(() => {
    if (decision.value !== null) return null;
    if (failure.value !== null) return failure.value.message;
    if (page.health.value.kind === 'disconnected') return 'the connection to the engine is lost';
    const isLeft = ownList.value === null && ageMs(page, previewAtMs) > OLD_AFTER_MS;
    return isLeft ? 'the engine has not answered lately' : null;
  }).value;
}

/** Says in words why the list is old, and how old. */
function Staleness({ why }: { readonly why: string | null }) {
  if (why === null) return null;
  return (
    <p class="failure">
      <span role="alert">No news of this list: {why}.</span> What is shown is <Age /> old.
    </p>
  );
}

/** Longer than this behind the log is worth a word. */
const LAG_MS_MAX = 1_000;

/** What makes the list another one than was asked for. */
function Warnings({ shown }: OrderAnswerProps) {
  const { instrumentKnown, instrumentId, rankedScope, degradedPartitions, lagMs } = shown;
  const warnings = [
    !instrumentKnown &&
      `${instrumentId} is not in the security master: dealers are ranked at ${rankedScope}.`,
    degradedPartitions.length > 0 &&
      `Partitions ${degradedPartitions.join(', ')} are being rebuilt: scores lack the latest events from there.`,
    lagMs === null && 'The engine does not know how far it is behind the log.',
    lagMs !== null &&
      lagMs >= LAG_MS_MAX &&
      `The engine is ${duration(lagMs)} behind the log: the scores are older.`,
  ].filter((warning) => warning !== false);
  if (warnings.length === 0) return null;
  return (
    <div role="status">
      <ul class="order-warnings">
        {warnings.map((warning) => (
          <li key={warning}>⚠ {warning}</li>
        ))}
      </ul>
    </div>
  );
}
