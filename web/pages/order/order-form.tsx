import { count as countText, fixed } from '../../format/number.ts';
import type { Draft, Moment } from './draft.ts';
import { FieldHint } from './field-hint.tsx';
import { InstrumentField } from './instrument-field.tsx';
import { parseQuantity } from './quantity.ts';
import { useTicket } from './ticket-context.ts';

const SIDES = [
  { side: 'buy', title: 'Buy' },
  { side: 'sell', title: 'Sell' },
] as const;

/** The fields of the ticket; they rest once its list has been taken. */
export function OrderForm() {
  const ticket = useTicket();
  const { quantity, count } = ticket.draft.value;
  const isTaken = ticket.decision.value !== null;
  return (
    <form class="card order-form" aria-label="Order" onSubmit={(event) => event.preventDefault()}>
      <fieldset disabled={isTaken}>
        <InstrumentField key={ticket.number.value} />
        <SideField />
        <TextField
          name="quantity"
          title="Quantity"
          hint={understood(quantity)}
          placeholder="2.5m"
        />
        <TextField
          name="count"
          title="Dealers"
          hint={count === '' ? 'as the rules say' : 'asked for'}
          placeholder="auto"
        />
        <MomentField />
        <TextField name="orderId" title="Order id" hint="of your OMS, or as it is" />
      </fieldset>
    </form>
  );
}

/** What a quantity was understood as. */
function understood(text: string): string {
  const quantity = text.trim() === '' ? null : parseQuantity(text);
  if (quantity === null) return '2m, 2.5mm, 500k';
  if ('problem' in quantity) return '';
  const { value } = quantity;
  return `= ${Number.isInteger(value) ? countText(value) : fixed(value, 2)} nominal`;
}

interface FieldProps {
  readonly name: keyof Draft;
  readonly title: string;
  readonly hint: string;
  readonly placeholder?: string;
}

function TextField({ name, title, hint, placeholder = '' }: FieldProps) {
  const ticket = useTicket();
  const problem = ticket.read.value.problems[name];
  const id = `order-${name}`;
  return (
    <div class={`order-field order-field-${name}`}>
      <label for={id}>{title}</label>
      <input
        id={id}
        class="field"
        autocomplete="off"
        spellcheck={false}
        placeholder={placeholder}
        value={ticket.draft.value[name]}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-hint`}
        onInput={(event) => ticket.set({ [name]: event.currentTarget.value.trim() })}
      />
      <FieldHint id={`${id}-hint`} problem={problem}>
        {hint}
      </FieldHint>
    </div>
  );
}

function SideField() {
  const ticket = useTicket();
  return (
    <div class="order-field" role="radiogroup" aria-labelledby="order-side">
      <span id="order-side" class="order-label">
        Side
      </span>
      <span class="order-sides">
        {SIDES.map(({ side, title }) => (
          <label key={side} class={`order-side order-side-${side}`}>
            <input
              type="radio"
              name="side"
              checked={ticket.draft.value.side === side}
              onChange={() => ticket.set({ side })}
            />
            {title}
          </label>
        ))}
      </span>
      <p class="order-hint">what the client does</p>
    </div>
  );
}

function MomentField() {
  const ticket = useTicket();
  const { moment } = ticket.draft.value;
  return (
    <div class="order-field">
      <label for="order-moment">As of</label>
      <select
        id="order-moment"
        class="field"
        value={moment}
        aria-describedby="order-moment-hint"
        onChange={(event) => ticket.set({ moment: event.currentTarget.value as Moment })}
      >
        <option value="watermark">Final scores</option>
        <option value="now">Now</option>
      </select>
      <p id="order-moment-hint" class="order-hint">
        {moment === 'now' ? 'by the clock: newest axes too' : 'late events are waited for'}
      </p>
    </div>
  );
}
