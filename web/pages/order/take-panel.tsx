import { type Signal, useSignal } from '@preact/signals';
import { usePage } from '../../state/page.ts';
import { remember, remembered } from '../../state/remember.ts';
import { FieldHint } from './field-hint.tsx';
import { useTicket } from './ticket-context.ts';

/** Takes the recommended list, or records the trader's own beside it. */
export function TakePanel() {
  const ticket = useTicket();
  const isCutOff = usePage().health.value.kind === 'disconnected';
  const isAble = ticket.isCurrent.value && !isCutOff && !ticket.isTaking.value;
  if (ticket.override.value !== null) return null;
  if (ticket.change.value !== null) return <OverrideForm isAble={isAble} />;
  if (ticket.decision.value !== null) return null;
  return (
    <section class="card order-take" aria-label="Take the list">
      <button
        type="button"
        class="button button-main"
        disabled={!isAble || ticket.called.value.length === 0}
        onClick={() => void ticket.take()}
      >
        Take this list
      </button>
      <p class="order-hint">
        Taking records the decision in the audit log. To call others, change the list first.
      </p>
      <Refusal />
    </section>
  );
}

/** Fields that the engine may find wrong here; it names the field first. */
const FIELDS = ['by', 'reason', 'add'] as const;

function OverrideForm({ isAble }: { readonly isAble: boolean }) {
  const ticket = useTicket();
  const kept = remembered('by');
  const by = useSignal(typeof kept === 'string' ? kept : '');
  const reason = useSignal('');
  const isWhole = by.value.trim() !== '' && reason.value.trim() !== '';
  const isEmpty = ticket.called.value.length === 0;
  return (
    <form
      class="card order-take"
      aria-labelledby="order-override-title"
      onSubmit={(event) => {
        event.preventDefault();
        remember('by', by.value.trim());
        void ticket.takeOwn(by.value.trim(), reason.value.trim());
      }}
    >
      <h2 id="order-override-title">Call your own list</h2>
      <WhatChanges />
      <RequiredText field="by" title="By" text={by} hint="your name, kept in this browser" />
      <RequiredText
        field="reason"
        title="Reason"
        text={reason}
        hint="why others are called; it stands in the audit log"
      />
      <div class="order-buttons">
        <button type="submit" class="button button-main" disabled={!isAble || !isWhole || isEmpty}>
          Call my list instead
        </button>
        <button type="button" class="button" onClick={() => ticket.undo()}>
          Back to the recommended list
        </button>
      </div>
      {isEmpty && <p class="order-hint order-problem">✕ Leave at least one dealer to call.</p>}
      <Refusal />
    </form>
  );
}

interface RequiredTextProps {
  readonly field: 'by' | 'reason';
  readonly title: string;
  readonly text: Signal<string>;
  readonly hint: string;
}

/** Characters, as the engine takes them. */
const TEXT_MAX = { by: 200, reason: 2_000 } as const;

function RequiredText({ field, title, text, hint }: RequiredTextProps) {
  const message = useTicket().refusal.value?.message ?? '';
  const id = `order-${field}`;
  return (
    <div class={`order-field order-field-${field}`}>
      <label for={id}>{title}</label>
      <input
        id={id}
        class="field"
        required
        autocomplete={field === 'by' ? 'name' : 'off'}
        maxLength={TEXT_MAX[field]}
        value={text.value}
        aria-describedby={`${id}-hint`}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <FieldHint id={`${id}-hint`} problem={message.startsWith(`${field}:`) ? message : undefined}>
        {hint}
      </FieldHint>
    </div>
  );
}

function WhatChanges() {
  const { change } = useTicket();
  if (change.value === null) return null;
  const { add, drop } = change.value;
  const parts = [
    add.length > 0 && `adds ${add.join(', ')}`,
    drop.length > 0 && `drops ${drop.join(', ')}`,
  ].filter((part) => part !== false);
  return (
    <p class="order-hint">
      {parts.length === 0
        ? 'Your list only has another order.'
        : `Your list ${parts.join(' and ')}.`}{' '}
      What was recommended is recorded with it.
    </p>
  );
}

/** In the engine's own words; what is wrong with a field stands beside the field. */
function Refusal() {
  const { refusal } = useTicket();
  if (refusal.value === null) return null;
  const { message } = refusal.value;
  const isOfField = FIELDS.some((field) => message.startsWith(`${field}:`));
  return (
    <p class={`failure ${isOfField ? 'visually-hidden' : ''}`} role="alert">
      The engine does not take it: {message}.
    </p>
  );
}
