import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface Drag {
  /** Null: nobody is dragged. */
  readonly dragged: Signal<string | null>;
  grab(dealerId: string, event: PointerEvent): void;
}

/**
 * Reorders the rows of a list by a pointer: while one is held it goes where the pointer is. The window is
 * listened to, since a row that is moved in the document loses what it had captured.
 */
export function useDrag(
  list: RefObject<HTMLElement | null>,
  onMove: (dealerId: string, to: number) => void,
): Drag {
  const dragged = useSignal<string | null>(null);
  const hold = useRef(new AbortController());
  useEffect(() => () => hold.current.abort(), []);
  const grab = (dealerId: string, event: PointerEvent) => {
    if (event.button !== 0) return;
    event.preventDefault();
    hold.current.abort();
    hold.current = new AbortController();
    const { signal } = hold.current;
    dragged.value = dealerId;
    const release = () => {
      hold.current.abort();
      dragged.value = null;
    };
    const follow = ({ clientY }: PointerEvent) => {
      if (list.current !== null) onMove(dealerId, placeAt(list.current, dealerId, clientY));
    };
    addEventListener('pointermove', follow, { signal });
    addEventListener('pointerup', release, { signal });
    addEventListener('pointercancel', release, { signal });
  };
  return { dragged, grab };
}

/** How many of the other rows lie above a height. */
function placeAt(list: HTMLElement, dealerId: string, y: number): number {
  let place = 0;
  for (const row of list.querySelectorAll<HTMLElement>('[data-call]')) {
    const { top, height } = row.getBoundingClientRect();
    if (row.dataset.call !== dealerId && top + height / 2 < y) place++;
  }
  return place;
}
