import { duration } from '../../format/time.ts';
import { usePage } from '../../state/page.ts';
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
  const isOld = useIsOld();
  return (
    <>
      <Staleness />
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

/** A preview that nobody renews, or that is of what stood in the fields before; a taken list is of its moment. */
function useIsOld(): boolean {
  const { decision, failure, isCurrent } = useTicket();
  const isCutOff = usePage().health.value.kind === 'disconnected';
  return decision.value === null && (isCutOff || failure.value !== null || !isCurrent.value);
}

/** Says in words why the list is old, and how old. */
function Staleness() {
  const page = usePage();
  const { decision, failure, previewAtMs } = useTicket();
  const isCutOff = page.health.value.kind === 'disconnected';
  if (decision.value !== null || (failure.value === null && !isCutOff)) return null;
  // Looks at the clock as often as the ages in the header do.
  void page.sampleCount.value;
  const age = duration(performance.now() - previewAtMs.value);
  const why = failure.value?.message ?? 'the connection to the engine is lost';
  return (
    <p class="failure" role="alert">
      No news of this list: {why}. What is shown is {age} old.
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
