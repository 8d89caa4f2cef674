import type { DealerId } from '../../schemas/ids.ts';
import type { Plan, Protocol } from '../../schemas/selection.ts';

/**
 * Who is asked when. In parallel all at once; otherwise each dealer `delaySeconds` after the one before.
 * A sequential plan ends with the first dealer that deals.
 */
export function planOf(dealerIds: readonly DealerId[], protocol: Protocol): Plan {
  const { kind, delaySeconds, timeoutSeconds, isTwoSided } = protocol;
  const apart = kind === 'parallel' ? 0 : delaySeconds;
  return {
    kind,
    delaySeconds: apart,
    timeoutSeconds,
    isTwoSided,
    steps: dealerIds.map((dealerId, i) => ({
      dealerId,
      askAtSeconds: i * apart,
      answerBySeconds: i * apart + timeoutSeconds,
    })),
  };
}
