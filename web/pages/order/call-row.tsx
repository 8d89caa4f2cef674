import type { Plan } from '../../../schemas/selection.ts';
import { fixed, plusMinus } from '../../format/number.ts';
import { hashOfPage } from '../../state/route.ts';
import { askAtSeconds, type Call } from './call-list.ts';
import { ContributionBar } from './contribution-bar.tsx';
import { type BarRange, partsOf } from './contributions.ts';
import { useTicket } from './ticket-context.ts';

interface CallRowProps {
  readonly call: Call;
  /** Counts from 0. */
  readonly place: number;
  readonly isLast: boolean;
  readonly isDragged: boolean;
  /** The list can still be changed. */
  readonly isOpen: boolean;
  readonly plan: Plan;
  readonly bar: { readonly keys: readonly string[]; readonly range: BarRange };
  onGrab(dealerId: string, event: PointerEvent): void;
  /** For those who cannot see the row move. */
  onTell(news: string): void;
}

/** One dealer of the list: its place and time, what its score is made of, why, and what can be done with it. */
export function CallRow(props: CallRowProps) {
  const { call, place, plan, bar, isDragged, isOpen, onGrab } = props;
  const { dealerId, recommended } = call;
  const seconds = askAtSeconds(plan, place);
  return (
    <li class={`call ${isDragged ? 'call-dragged' : ''}`} data-call={dealerId}>
      <span
        class="call-handle"
        title={`Drag ${dealerId} to another place`}
        aria-hidden="true"
        onPointerDown={(event) => isOpen && onGrab(dealerId, event)}
      >
        {isOpen && '⠿'}
      </span>
      <span class="call-place">{place + 1}</span>
      <span class="call-dealer">
        <a href={hashOfPage('dealers', dealerId)}>{dealerId}</a> <Standing call={call} />
      </span>
      <span class="call-score" title="The composite on a scale from 0 to 10.">
        <span class="visually-hidden">score </span>
        {fixed(recommended?.displayScore, 2)}
      </span>
      <span class="call-composite" title="The composite and its standard error.">
        <span class="visually-hidden">composite </span>
        {fixed(recommended?.composite ?? call.other?.composite, 3)}{' '}
        <span class="se">{plusMinus(recommended?.compositeStandardError, 3)}</span>
      </span>
      {recommended !== null && (
        <ContributionBar
          composite={recommended.composite}
          parts={partsOf(recommended)}
          keys={bar.keys}
          range={bar.range}
        />
      )}
      <span class="call-when">{seconds === 0 ? 'at once' : `after ${seconds} s`}</span>
      {isOpen && <Moves {...props} />}
      <p class="call-reason">{reasonOf(call)}</p>
    </li>
  );
}

const NONE_DRAWN = { isDrawn: false, dealerId: null };

/** Signs that have a word each: tier, a drawn place, an axe, a dealer of the trader's own. */
function Standing({ call }: { readonly call: Call }) {
  const { recommended } = call;
  if (recommended === null) return <em class="call-sign">added by you</em>;
  const { tier, axe, chance, insufficient } = recommended;
  const { isDrawn, dealerId } = useTicket().shown.value?.exploration ?? NONE_DRAWN;
  return (
    <>
      {tier !== null && (
        <abbr class="call-sign" title={`Tier ${tier} in its asset class`}>
          T{tier}
        </abbr>
      )}
      {axe !== null && <em class="call-sign">axed</em>}
      {insufficient && <em class="call-sign">little evidence</em>}
      {isDrawn && dealerId === recommended.dealerId && (
        <em
          class="call-sign"
          title={`Its place was drawn, by a chance of ${fixed(100 * chance, 1)} %`}
        >
          drawn
        </em>
      )}
    </>
  );
}

function reasonOf({ recommended, other, filtered }: Call): string {
  if (recommended !== null) return recommended.reason;
  if (filtered !== null) {
    return `It ${filtered.why} (${filtered.rule === null ? 'the dealer database' : `rule “${filtered.rule}”`}).`;
  }
  if (other === null) return 'It was not considered for this order.';
  const place = other.rank === null ? 'too little evidence to rank it' : `ranked ${other.rank}`;
  return `It was considered and not recommended: ${place}.`;
}

function Moves({ call, place, isLast, onTell }: CallRowProps) {
  const ticket = useTicket();
  const { dealerId } = call;
  const shift = (step: number) => {
    const to = place + step;
    ticket.move(dealerId, to);
    const { length } = ticket.called.peek();
    const now = Math.max(0, Math.min(length - 1, to)) + 1;
    onTell(`${dealerId} is called at place ${now} of ${length}`);
    keepFocus(dealerId, step);
  };
  return (
    <span class="call-moves">
      <button
        type="button"
        class="button order-small"
        data-step="-1"
        aria-disabled={place === 0}
        aria-label={`Call ${dealerId} earlier`}
        onClick={() => shift(-1)}
      >
        ↑
      </button>
      <button
        type="button"
        class="button order-small"
        data-step="1"
        aria-disabled={isLast}
        aria-label={`Call ${dealerId} later`}
        onClick={() => shift(1)}
      >
        ↓
      </button>
      <button
        type="button"
        class="button order-small"
        aria-label={`Do not call ${dealerId}`}
        onClick={() => {
          ticket.drop(dealerId);
          onTell(`${dealerId} is not called`);
        }}
      >
        ✕
      </button>
    </span>
  );
}

/** A row that is moved in the document loses the focus within it. */
function keepFocus(dealerId: string, step: number): void {
  requestAnimationFrame(() => {
    const row = document.querySelector(`[data-call="${CSS.escape(dealerId)}"]`);
    row?.querySelector<HTMLElement>(`[data-step="${step}"]`)?.focus();
  });
}
