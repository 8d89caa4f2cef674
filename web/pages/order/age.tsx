import type { ReadonlySignal } from '@preact/signals';
import { duration } from '../../format/time.ts';
import { type Page, usePage } from '../../state/page.ts';
import { useTicket } from './ticket-context.ts';

/** How old the preview is. */
export function Age() {
  return <>{duration(ageMs(usePage(), useTicket().previewAtMs))}</>;
}

/** Since a moment of `performance.now()`; looks at the clock as often as the ages in the header do. */
export function ageMs(page: Page, atMs: ReadonlySignal<number>): number {
  void page.sampleCount.value;
  return performance.now() - atMs.value;
}
