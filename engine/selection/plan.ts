import type { DealerId } from '../../schemas/ids.ts';
import type { Plan, Protocol } from '../../schemas/selection.ts';

/** When each dealer is asked, and until when it may answer. `dealerIds` are in calling order. */
export function planOf(dealerIds: readonly DealerId[], protocol: Protocol): Plan {
  const { kind, timeoutSeconds, isTwoSided } = protocol;
  const delaySeconds = kind === 'parallel' ? 0 : protocol.delaySeconds;
  const steps = dealerIds.map((dealerId, i) => {
    const askAtSeconds = i * delaySeconds;
    return { dealerId, askAtSeconds, answerBySeconds: askAtSeconds + timeoutSeconds };
  });
  return { kind, delaySeconds, timeoutSeconds, isTwoSided, steps };
}
