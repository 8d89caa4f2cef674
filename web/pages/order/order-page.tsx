import { useEffect } from 'preact/hooks';
import type { PageProps } from '../../components/lazy-page.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { usePage } from '../../state/page.ts';
import { OrderAnswer } from './order-answer.tsx';
import { OrderForm } from './order-form.tsx';
import { Taken } from './taken.tsx';
import { TicketContext, ticketOf } from './ticket-context.ts';

/** The order ticket: whom to call for an order that is typed, and what the trader makes of it. */
export function OrderPage({ params }: PageProps) {
  const ticket = ticketOf(usePage());
  useEffect(() => ticket.follow(), [ticket]);
  const asked = JSON.stringify(params);
  // A link may bring an order along: #/order?instrument=ID&side=buy&quantity=2m
  useEffect(() => {
    const { instrument, side, quantity, count } = JSON.parse(asked) as Record<string, string>;
    if (instrument === undefined) return;
    ticket.begin();
    ticket.set({
      instrumentId: instrument,
      ...(side === 'buy' || side === 'sell' ? { side } : {}),
      ...(quantity === undefined ? {} : { quantity }),
      ...(count === undefined ? {} : { count }),
    });
  }, [ticket, asked]);
  return (
    <TicketContext.Provider value={ticket}>
      <PageFrame title="Order">
        <OrderForm />
        <Taken />
        {ticket.shown.value === null ? <NoAnswer /> : <OrderAnswer shown={ticket.shown.value} />}
      </PageFrame>
    </TicketContext.Provider>
  );
}

/** Before there is a list: what is missing, or on its way, or why it does not come. */
function NoAnswer() {
  const { read, failure } = ticketOf(usePage());
  const { order, missing } = read.value;
  if (failure.value !== null) {
    return (
      <p class="failure" role="alert">
        There is no list for this order: {failure.value.message}.
      </p>
    );
  }
  if (order !== null) {
    return (
      <p class="waiting" role="status">
        Waiting for the list…
      </p>
    );
  }
  return (
    <Notice title="Whom to call">
      <p>
        {missing.length === 0
          ? 'Mend what is marked above.'
          : `Fill in ${listed(missing)}: the list appears here. Nothing is recorded until you take it.`}
      </p>
    </Notice>
  );
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
