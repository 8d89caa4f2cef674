import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { InstrumentEvent } from '../../../schemas/reference.ts';
import { FieldHint } from './field-hint.tsx';
import { describeInstrument, useFound, useInstrument } from './instrument-search.ts';
import { useTicket } from './ticket-context.ts';

const LIST_ID = 'order-instruments';

/**
 * Finds an instrument by the beginning of its id (WAI-ARIA combobox). Any id may be typed: what is not in
 * the security master is taken on Enter or on leaving the field.
 */
export function InstrumentField() {
  const ticket = useTicket();
  const { instrumentId } = ticket.draft.value;
  const typed = useSignal(instrumentId);
  const isOpen = useSignal(false);
  /** Of the options; -1: none. */
  const active = useSignal(-1);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Where focus would call up a keyboard on the screen, it waits for a tap.
    if (instrumentId === '' && matchMedia('(pointer: fine)').matches) input.current?.focus();
  }, []);
  const take = (id: string) => {
    typed.value = id;
    ticket.set({ instrumentId: id });
  };
  const choose = (id: string) => {
    isOpen.value = false;
    take(id);
  };
  const found = useFound(typed.value.trim(), isOpen.value, (instruments) => {
    active.value = -1;
    // A whole id needs no further word.
    const whole = instruments.find((each) => each.instrumentId === typed.peek().trim());
    if (whole !== undefined) take(whole.instrumentId);
  });
  const shown = isOpen.value ? found.value : [];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      isOpen.value = true;
      active.value = stepped(active.value, event.key === 'ArrowDown' ? 1 : -1, shown.length);
    } else if (event.key === 'Enter') {
      choose(shown[active.value]?.instrumentId ?? typed.value.trim());
    } else if (event.key === 'Escape') {
      isOpen.value = false;
    }
  };
  const problem = ticket.read.value.problems.instrumentId;
  return (
    <div class="order-field order-field-instrument">
      <label for="order-instrument">Instrument</label>
      <input
        ref={input}
        id="order-instrument"
        class="field"
        role="combobox"
        aria-expanded={shown.length > 0}
        aria-controls={LIST_ID}
        aria-autocomplete="list"
        aria-describedby="order-instrument-hint"
        aria-invalid={problem !== undefined}
        {...(shown[active.value] === undefined
          ? {}
          : { 'aria-activedescendant': `${LIST_ID}-${active.value}` })}
        autocomplete="off"
        spellcheck={false}
        placeholder="Beginning of its id"
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          isOpen.value = true;
          // A list of another instrument than the one that stands here would mislead.
          ticket.set({ instrumentId: '' });
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          isOpen.value = false;
          // A field that goes for a new ticket's takes nothing along.
          const isHere = input.current !== null;
          if (isHere && typed.peek().trim() !== '') take(typed.peek().trim());
        }}
      />
      <Options instruments={shown} active={active.value} onChoose={choose} />
      <InstrumentHint problem={problem} />
    </div>
  );
}

/** Round the options, with the text itself as one more place. */
function stepped(active: number, step: 1 | -1, options: number): number {
  const places = options + 1;
  return ((active + 1 + step + places) % places) - 1;
}

interface OptionsProps {
  readonly instruments: readonly InstrumentEvent[];
  readonly active: number;
  onChoose(instrumentId: string): void;
}

function Options({ instruments, active, onChoose }: OptionsProps) {
  return (
    <div id={LIST_ID} class="order-options" role="listbox" aria-label="Instruments">
      {instruments.map((each, i) => (
        <div
          key={each.instrumentId}
          id={`${LIST_ID}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === active}
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(each.instrumentId);
          }}
        >
          <span>{each.instrumentId}</span> <small>{describeInstrument(each)}</small>
        </div>
      ))}
    </div>
  );
}

function InstrumentHint({ problem }: { readonly problem: string | undefined }) {
  const record = useInstrument(useTicket().draft.value.instrumentId);
  return (
    <FieldHint id="order-instrument-hint" problem={problem}>
      {record === null ? 'ISIN, CUSIP or house id' : describeInstrument(record)}
    </FieldHint>
  );
}
