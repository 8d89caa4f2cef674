import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Place } from '../state/rank-settler.ts';
import { isMotionWelcome } from './motion.ts';

const GLIDE_MS = 260;

/** Rows glide from their old places to their new ones, so that the eye can follow who passed whom. */
export function useRowGlide(
  table: RefObject<HTMLTableElement | null>,
  places: readonly Place[],
): void {
  const lastTops = useRef<ReadonlyMap<string, number>>(new Map());
  // Rows only move when the places change.
  useLayoutEffect(() => {
    const rows = [...(table.current?.querySelectorAll<HTMLElement>('tr[data-dealer]') ?? [])];
    const tops = new Map(rows.map((row) => [row.dataset.dealer!, row.offsetTop]));
    if (isMotionWelcome()) for (const row of rows) glide(row, tops, lastTops.current);
    lastTops.current = tops;
  }, [places]);
}

function glide(
  row: HTMLElement,
  tops: ReadonlyMap<string, number>,
  lastTops: ReadonlyMap<string, number>,
): void {
  const last = lastTops.get(row.dataset.dealer!);
  const shift = last === undefined ? 0 : last - tops.get(row.dataset.dealer!)!;
  if (shift === 0) return;
  const frames = [{ transform: `translateY(${shift}px)` }, { transform: 'none' }];
  row.animate(frames, { duration: GLIDE_MS, easing: 'ease-out' });
}
