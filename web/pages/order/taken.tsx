import { useEffect, useRef } from 'preact/hooks';
import { hashOfPage } from '../../state/route.ts';
import { isSameList } from './call-list.ts';
import { useTicket } from './ticket-context.ts';

/** What has been recorded: the decision, and beside what was recommended what is called. */
export function Taken() {
  const ticket = useTicket();
  const decision = ticket.decision.value;
  const override = ticket.override.value;
  const title = useRef<HTMLHeadingElement>(null);
  // What was pressed is gone: the focus goes to what it brought about.
  useEffect(() => title.current?.focus(), [decision?.decisionId, override]);
  if (decision === null) return null;
  const called = override?.called ?? decision.dealers.map(({ dealerId }) => dealerId);
  return (
    <section class="card order-taken" aria-labelledby="order-taken-title">
      <h2 id="order-taken-title" ref={title} tabIndex={-1}>
        {override === null ? '✓ Recorded' : '✓ Recorded, with your list'}: decision{' '}
        <a href={hashOfPage('decisions', decision.decisionId)}>{decision.decisionId}</a>
      </h2>
      <p role="status">
        Order {decision.orderId}: {override !== null && `by ${override.by}: “${override.reason}”; `}
        {called.length === 0 ? 'nobody is recommended' : `call ${called.join(', ')}`}.
      </p>
      {override === null && <MovedOn />}
      {override === null && ticket.change.value !== null && (
        <p class="order-warnings">⚠ Your own list is not recorded yet.</p>
      )}
      {override !== null && (
        <div class="order-beside">
          <Listed title="Recommended" list={override.recommended} others={override.called} />
          <Listed title="Called" list={override.called} others={override.recommended} />
        </div>
      )}
      {override !== null && override.breaks.length > 0 && (
        <ul class="order-warnings">
          {override.breaks.map((sentence) => (
            <li key={sentence}>⚠ {sentence}</li>
          ))}
        </ul>
      )}
      <button type="button" class="button" onClick={() => ticket.begin()}>
        New order
      </button>
    </section>
  );
}

/** The engine selects anew when a list is taken, as of then. */
function MovedOn() {
  const { decision, preview } = useTicket();
  const seen = preview.value?.dealers.map(({ dealerId }) => dealerId) ?? [];
  const taken = decision.value?.dealers.map(({ dealerId }) => dealerId) ?? [];
  if (isSameList(seen, taken)) return null;
  return (
    <p class="order-warnings" role="alert">
      ⚠ The scores had moved on when you took the list: you saw {seen.join(', ')}, and the list
      below was recorded. Change it if you want to call others.
    </p>
  );
}

interface ListedProps {
  readonly title: string;
  readonly list: readonly string[];
  /** Who is not in it is marked. */
  readonly others: readonly string[];
}

function Listed({ title, list, others }: ListedProps) {
  const mark = title === 'Called' ? 'added' : 'not called';
  return (
    <div>
      <h3>{title}</h3>
      <ol>
        {list.map((dealerId) => (
          <li key={dealerId}>
            {dealerId} {!others.includes(dealerId) && <em class="call-sign">{mark}</em>}
          </li>
        ))}
      </ol>
    </div>
  );
}
