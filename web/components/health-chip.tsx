import { duration } from '../format/time.ts';
import type { Health } from '../state/health.ts';
import { usePage } from '../state/page.ts';

/** The sign and the word say it; the colour only repeats it. */
const SAYINGS: Readonly<Record<Health['kind'], { sign: string; word: string }>> = {
  live: { sign: '●', word: 'Live' },
  quiet: { sign: '‖', word: 'No new events' },
  behind: { sign: '▲', word: 'Behind' },
  degraded: { sign: '▲', word: 'Degraded' },
  disconnected: { sign: '✕', word: 'Disconnected' },
  connecting: { sign: '○', word: 'Connecting' },
};

export function HealthChip() {
  const page = usePage();
  const { kind } = page.health.value;
  const { sign, word } = SAYINGS[kind];
  return (
    <span class={`health health-${kind}`}>
      <span class="health-sign" aria-hidden="true">
        {sign}
      </span>
      <span class="health-word">{word}</span>
      {page.health.value.kind === 'behind' ? (
        <span class="health-age">by {duration(page.health.value.lagMs)}</span>
      ) : (
        <DataAge />
      )}
    </span>
  );
}

function DataAge() {
  const age = usePage().ageMs.value;
  if (!Number.isFinite(age)) return null;
  return (
    <span class="health-age" title="Since these rows were last known to be the engine's newest.">
      {duration(age)} old
    </span>
  );
}
