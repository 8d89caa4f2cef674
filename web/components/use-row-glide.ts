import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { idOf, type ShownItem } from '../state/grid-items.ts';
import { isMotionWelcome } from './motion.ts';

const GLIDE_MS = 260;
/** When more rows than this move at once, the eye can follow none of them. */
const GLIDING_MAX = 12;

/** Rows glide from their old places to their new ones, so that the eye can follow who passed whom. */
export function useRowGlide(
  frame: RefObject<HTMLElement | null>,
  rows: readonly ShownItem[],
  rowHeight: number,
): void {
  const last = useRef<ReadonlyMap<string, number>>(new Map());
  useLayoutEffect(() => {
    const before = last.current;
    last.current = new Map(rows.map(({ item, index }) => [idOf(item), index * rowHeight]));
    if (!isMotionWelcome()) return;
    const moved = rows.filter(({ item, index }) => {
      const top = before.get(idOf(item));
      return top !== undefined && top !== index * rowHeight;
    });
    if (moved.length > GLIDING_MAX) return;
    for (const { item, index } of moved) {
      const id = CSS.escape(idOf(item));
      const element = frame.current?.querySelector(`[data-dealer="${id}"]`);
      const shift = before.get(idOf(item))! - index * rowHeight;
      const frames = [{ transform: `translateY(${shift}px)` }, { transform: 'none' }];
      element?.animate(frames, { duration: GLIDE_MS, easing: 'ease-out' });
    }
  });
}
