import { momentText } from '../../format/moment-text.ts';
import { duration } from '../../format/time.ts';
import { Age } from './age.tsx';
import type { ShownSelection } from './ticket.ts';
import { useTicket } from './ticket-context.ts';

/** What the list is as of, and what it was made with. */
export function AsOfLine({ shown }: { readonly shown: ShownSelection }) {
  const { asOf, lagMs, rankedScope, scopes, modelHash, rulesHash } = shown;
  const isTaken = useTicket().decision.value !== null;
  const wider = scopes.filter((scope) => scope !== rankedScope);
  return (
    <p class="order-as-of">
      As of <time dateTime={new Date(asOf / 1000).toISOString()}>{momentText(asOf)}</time>
      {lagMs !== null && <>, {duration(lagMs)} behind the log</>}
      {isTaken ? (
        '; recorded'
      ) : (
        <>
          ; asked <Age /> ago
        </>
      )}
      . Ranked at {rankedScope}
      {wider.length > 0 && <>; estimates also draw on {wider.join(', ')}</>}.{' '}
      <span title={`model ${modelHash}, rules ${rulesHash}`}>
        Model <code>{modelHash.slice(0, 8)}</code>, rules <code>{rulesHash.slice(0, 8)}</code>
      </span>
    </p>
  );
}
