import { usePage } from '../state/page.ts';

/** Keeps the shown scope at the top of the panel. */
export function PinButton() {
  const { address, choices } = usePage();
  const { scope } = address.value;
  const isPinned = choices.pins.value.includes(scope);
  return (
    <button
      type="button"
      class="pin-button"
      aria-pressed={isPinned}
      aria-label="Pin this segment"
      title={
        isPinned ? 'Take it from the top of the segments' : 'Keep it at the top of the segments'
      }
      onClick={() => choices.togglePin(scope)}
    >
      {isPinned ? '★' : '☆'}
    </button>
  );
}
