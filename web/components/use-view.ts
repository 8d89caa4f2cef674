import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Pixels that are scrolled before other rows are put into the document. */
const STEP = 116;
/** As in styles/narrow.css. */
const narrow = matchMedia('(max-width: 760px)');

interface View {
  /** Each dealer is a card. */
  readonly isNarrow: boolean;
  /** What is in view, rounded outwards, pixels. */
  readonly top: number;
  readonly height: number;
  readonly width: number;
  onScroll(): void;
}

/** Follows what of a scrolling frame is in view. */
export function useView(frame: RefObject<HTMLElement | null>): View {
  const isNarrow = useSignal(narrow.matches);
  const top = useSignal(0);
  const height = useSignal(innerHeight);
  const width = useSignal(innerWidth);
  const look = () => {
    isNarrow.value = narrow.matches;
    if (frame.current === null) return;
    top.value = Math.floor(frame.current.scrollTop / STEP) * STEP;
    height.value = frame.current.clientHeight;
    width.value = frame.current.clientWidth;
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    observer.observe(frame.current!);
    narrow.addEventListener('change', look);
    return () => {
      observer.disconnect();
      narrow.removeEventListener('change', look);
    };
  }, []);
  return {
    isNarrow: isNarrow.value,
    top: top.value,
    height: height.value + STEP,
    width: width.value,
    onScroll: look,
  };
}
