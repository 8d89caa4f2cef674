import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { AsOfLine } from './as-of-line.tsx';
import { callsOf } from './call-list.ts';
import { CallRow } from './call-row.tsx';
import { BarLegend, BarPatterns, PartsTable } from './contribution-bar.tsx';
import { barRange, keysOf } from './contributions.ts';
import type { ShownSelection } from './ticket.ts';
import { useTicket } from './ticket-context.ts';
import { useDrag } from './use-drag.ts';

/** Whom to call, first to call first; the trader may reorder, drop and add. */
export function CallList({ shown }: { readonly shown: ShownSelection }) {
  const ticket = useTicket();
  const called = ticket.called.value;
  const news = useSignal('');
  const list = useRef<HTMLOListElement>(null);
  const drag = useDrag(list, (dealerId, to) => ticket.move(dealerId, to));
  const keys = keysOf(shown.dealers);
  const range = barRange(shown.dealers);
  const calls = callsOf(shown, called);
  const isOpen = ticket.override.value === null;
  const tell = (text: string) => {
    news.value = text;
  };
  return (
    <section class="card order-list" aria-labelledby="order-list-title">
      <h2 id="order-list-title">
        {titleOf(called.length, ticket.ownList.value !== null, ticket.decision.value !== null)}
      </h2>
      <AsOfLine shown={shown} />
      {shown.dealers.length === 0 && <NobodyRecommended shown={shown} />}
      <BarPatterns />
      {keys.length > 0 && <BarLegend keys={keys} />}
      <ol ref={list} class="calls">
        {calls.map((call, place) => (
          <CallRow
            key={call.dealerId}
            call={call}
            place={place}
            plan={shown.plan}
            bar={{ keys, range }}
            isLast={place === calls.length - 1}
            isOpen={isOpen}
            isDragged={drag.dragged.value === call.dealerId}
            onGrab={drag.grab}
            onTell={tell}
          />
        ))}
      </ol>
      <p class="visually-hidden" role="status">
        {news.value}
      </p>
      {isOpen && <Dropped />}
      {isOpen && <AddDealer shown={shown} />}
      {shown.dealers.length > 0 && <PartsTable dealers={shown.dealers} keys={keys} />}
    </section>
  );
}

function titleOf(count: number, isOwn: boolean, isTaken: boolean): string {
  const dealers = `${count} ${count === 1 ? 'dealer' : 'dealers'}`;
  if (isOwn) return `Your list: ${dealers} to call`;
  return isTaken ? `The recorded list: ${dealers} to call` : `Recommended: ${dealers} to call`;
}

function NobodyRecommended({ shown }: { readonly shown: ShownSelection }) {
  const { filtered } = shown;
  return (
    <div class="order-nobody">
      <strong>Nobody may be asked.</strong>{' '}
      {filtered.length === 0
        ? 'No dealer is known for this order.'
        : `All ${filtered.length} dealers are left out; “Left out” says by which rule and why.`}
    </div>
  );
}

/** Recommended dealers that the trader does not call. */
function Dropped() {
  const ticket = useTicket();
  const dropped = ticket.change.value?.drop ?? [];
  if (dropped.length === 0) return null;
  return (
    <p class="order-dropped">
      Not called:{' '}
      {dropped.map((dealerId) => (
        <button
          key={dealerId}
          type="button"
          class="button order-small"
          aria-label={`Call ${dealerId} after all`}
          onClick={() => ticket.add(dealerId)}
        >
          <s>{dealerId}</s> ↩
        </button>
      ))}
    </p>
  );
}

/** By name: of those who were considered, or any that the desk knows. */
function AddDealer({ shown }: { readonly shown: ShownSelection }) {
  const ticket = useTicket();
  const typed = useSignal('');
  const dealerId = typed.value.trim();
  const { dealerIds, ranks } = shown.others;
  const barred = shown.filtered.find((each) => each.dealerId === dealerId);
  const refusal = ticket.refusal.value;
  const engineSays = refusal?.message.startsWith('add:') ? refusal.message : null;
  const localSays = barred === undefined ? null : `${dealerId} ${barred.why}`;
  return (
    <form
      class="order-add"
      onSubmit={(event) => {
        event.preventDefault();
        if (dealerId !== '') void ticket.addTyped(dealerId);
        typed.value = '';
      }}
    >
      <label for="order-add-id">Add a dealer</label>
      <input
        id="order-add-id"
        class="field"
        list="order-add-ids"
        autocomplete="off"
        spellcheck={false}
        placeholder="Its id"
        value={typed.value}
        aria-describedby="order-add-hint"
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
      />
      <datalist id="order-add-ids">
        {dealerIds.map((id, i) => (
          <option key={id} value={id}>
            {ranks[i] === null ? 'too little evidence' : `rank ${ranks[i]}`}
          </option>
        ))}
      </datalist>
      <button type="submit" class="button" disabled={dealerId === ''}>
        Add
      </button>
      <p
        id="order-add-hint"
        class={`order-hint ${engineSays !== null || localSays !== null ? 'order-problem' : ''}`}
      >
        {engineSays ??
          localSays ??
          `${dealerIds.length} more were considered; any dealer of the desk's can be typed`}
      </p>
    </form>
  );
}
