import { scopeTitle } from '../format/scope-label.ts';
import { usePage } from '../state/page.ts';
import { Notice } from './notice.tsx';

const SKELETON_ROWS = 8;

/** What stands in for the table: a refusal, nothing observed yet, or rows on their way. */
export function EmptyRanking() {
  const page = usePage();
  const { board } = page;
  const { scope } = page.address.value;
  if (board.refusal.value !== null) {
    return (
      <Notice title="There is no such ranking">
        <p>{board.refusal.value}</p>
        <p>
          <a href="#ALL">Show all instruments</a>
        </p>
      </Notice>
    );
  }
  if (board.asOf.value === null) return <Skeleton />;
  return (
    <Notice title="Nothing observed yet">
      <p>
        No dealer has been asked for a price in {scopeTitle(scope)}. Dealers appear here with their
        first observation.
      </p>
    </Notice>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" role="status" aria-label="Waiting for the ranking">
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        <div key={row} class="skeleton-row" />
      ))}
    </div>
  );
}
