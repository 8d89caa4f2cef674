import type { Override, RecordedOverride } from '../../../schemas/override.ts';
import { utcMicros } from '../../format/utc-time.ts';
import { planInWords } from './plan-card.tsx';
import { dealersInWords } from './record-words.ts';

interface OverridesCardProps {
  /** Oldest first; the last one is what was done. */
  readonly overrides: readonly (Override | RecordedOverride)[];
}

/** What traders did instead, and why. */
export function OverridesCard({ overrides }: OverridesCardProps) {
  if (overrides.length === 0) return null;
  const times = overrides.length === 1 ? 'once' : `${overrides.length} times; the last one holds`;
  return (
    <section class="card">
      <h2>Overridden {times}</h2>
      <ol class="overrides">
        {overrides.map((override, i) => (
          <li key={`${override.by} ${i}`}>
            <OneOverride override={override} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function OneOverride({ override }: { readonly override: Override | RecordedOverride }) {
  const { by, reason, recommended, called, added, dropped, isReordered, plan, breaks } = override;
  const changes = [
    added.length > 0 && `added ${added.join(', ')}`,
    dropped.length > 0 && `dropped ${dropped.join(', ')}`,
    isReordered && 'called in another order',
  ].filter((change) => change !== false);
  return (
    <>
      <p>
        <strong>{by}</strong>: “{reason}”
        {'tsRecorded' in override && (
          <span class="faint"> recorded {utcMicros(override.tsRecorded)}</span>
        )}
      </p>
      <dl class="pairs">
        <div>
          <dt>Recommended</dt>
          <dd>{dealersInWords(recommended)}</dd>
        </div>
        <div>
          <dt>Called</dt>
          <dd>{dealersInWords(called)}</dd>
        </div>
        <div>
          <dt>Changed</dt>
          <dd>{changes.length === 0 ? 'the plan only' : changes.join('; ')}</dd>
        </div>
        <div>
          <dt>Plan</dt>
          <dd>{planInWords(plan)}</dd>
        </div>
      </dl>
      {breaks.map((sentence) => (
        <p key={sentence} class="trail-lag">
          ▲ Goes over the rules: {sentence}
        </p>
      ))}
    </>
  );
}
