import { count } from '../format/number.ts';
import { briefTime, duration } from '../format/time.ts';
import { usePage } from '../state/page.ts';
import { Brand } from './brand.tsx';
import { HealthChip } from './health-chip.tsx';
import { Navigation } from './navigation.tsx';
import { ThemeButton } from './theme-button.tsx';

export function Header() {
  return (
    <header class="header">
      <Brand />
      <Navigation />
      <HealthChip />
      <div class="header-facts">
        <EventRate />
        <AsOf />
      </div>
      <ThemeButton />
    </header>
  );
}

/** Later than this behind the clock, event time is history: being rebuilt, replayed or simulated. */
const BEHIND_MS = 3_600_000;

function AsOf() {
  const asOf = usePage().board.asOf.value;
  if (asOf === null) return null;
  const behindMs = Date.now() - asOf / 1000;
  return (
    <span
      class="fact"
      title={`Event time up to which these scores are final: ${new Date(asOf / 1000).toISOString()}. Late events are waited for, so it runs behind the clock.`}
    >
      <span class="fact-name">as of</span>
      <time class="fact-value" dateTime={new Date(asOf / 1000).toISOString()}>
        {briefTime(asOf, Date.now())}
      </time>
      {behindMs > BEHIND_MS && <span class="fact-behind">{duration(behindMs)} ago</span>}
    </span>
  );
}

function EventRate() {
  const rate = usePage().eventsPerSecond.value;
  if (rate === null) return null;
  return (
    <span class="fact fact-rate" title="Events that the engine applied to its scores, per second.">
      <span class="fact-value">{count(rate)}</span>
      <span class="fact-name">events/s</span>
    </span>
  );
}
