import { signed } from '../format/number.ts';
import { usePage } from '../state/page.ts';
import { Sparkline } from './sparkline.tsx';

/** The composite since the page was opened: its line and its change. */
export function SessionCell({ dealerId }: { readonly dealerId: string }) {
  const page = usePage();
  const trail = page.board.trails.of(page.address.value.scope, dealerId);
  // Trails are no signals; this one says when to look at them.
  page.sampleCount.value;
  const first = trail.samples[0];
  const last = trail.samples.at(-1);
  const change = first === undefined || last === undefined ? null : last.value - first.value;
  return (
    <td class="col-session" data-label="Session">
      <Sparkline trail={trail} version={trail.version} />
      <span class="session-change">{signed(change, 3)}</span>
    </td>
  );
}
