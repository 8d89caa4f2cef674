import { duration } from '../format/time.ts';
import type { Health } from '../state/health.ts';
import { usePage } from '../state/page.ts';

/** Says in words why the numbers below are not the present, while they are not. */
export function HealthBanner() {
  const page = usePage();
  const text = bannerText(page.health.value);
  return (
    <div role="status">
      {text !== null && (
        <p class={`banner banner-${page.health.value.kind}`}>
          {text} <RowsAge />
        </p>
      )}
    </div>
  );
}

function RowsAge() {
  const page = usePage();
  const age = page.ageMs.value;
  const isLost = page.health.value.kind === 'disconnected' && Number.isFinite(age);
  const isOld = isLost && page.route.value.page === 'leaderboard';
  return isOld ? <strong>The rows below are {duration(age)} old.</strong> : null;
}

function bannerText(health: Health): string | null {
  switch (health.kind) {
    case 'live':
      return null;
    case 'quiet':
      return 'The engine is reachable, but event time stands still: no feed sends anything.';
    case 'degraded':
      return degradedText(health.partitions, health.reasons);
    case 'behind':
      return `The engine is ${duration(health.lagMs)} behind the log and catches up: scores lack what came since.`;
    case 'disconnected':
      return `The connection to the engine is lost${because(health.reason)}; trying again.`;
    case 'connecting':
      return health.reason === null
        ? null
        : `No engine answers${because(health.reason)}; trying again.`;
  }
}

const because = (reason: string | null): string => (reason === null ? '' : ` (${reason})`);

function degradedText(partitions: readonly number[], reasons: readonly string[]): string {
  if (partitions.length === 0)
    return `The engine is not ready${because(reasons.join('; ') || null)}.`;
  const isOne = partitions.length === 1;
  const what = `${isOne ? 'Partition' : 'Partitions'} ${partitions.join(', ')}`;
  return `${what} ${isOne ? 'is' : 'are'} being rebuilt: scores lack the latest events from there.`;
}
