import { FirstcallError } from '../../../schemas/errors.ts';
import type { SelectionPreview } from '../../../schemas/selection.ts';
import { ask, send } from '../../state/ask.ts';
import type { Moment, UntimedOrder } from './draft.ts';

/** How often the watermark is asked for, and how long between. */
const ASKED_MAX = 4;
const ASK_AGAIN_MS = 250;

/**
 * Asks a question as of a moment. While the engine reads a history its watermark may be long past the one
 * that it said before: then it is asked again. Rejects as the question does, or with FirstcallError.
 */
export async function askAsOf<T>(
  moment: Moment,
  question: (tsEvent: number) => Promise<T>,
): Promise<T> {
  for (let asked = 1; ; asked++) {
    const tsEvent = moment === 'now' ? Date.now() * 1000 : await watermark();
    try {
      return await question(tsEvent);
    } catch (error) {
      if (asked === ASKED_MAX || moment === 'now' || !isPast(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

/** What the engine would answer; nothing is recorded of it. */
export function askPreview(
  moment: Moment,
  order: UntimedOrder,
  signal: AbortSignal,
): Promise<SelectionPreview> {
  return askAsOf(moment, (tsEvent) =>
    send<SelectionPreview>('select?preview=true', { ...order, tsEvent }, { signal }),
  );
}

async function watermark(): Promise<number> {
  const { asOf } = await ask<{ readonly asOf: number | null }>('rankings');
  if (asOf !== null) return asOf;
  throw new FirstcallError('notReady', 'no event has been read yet, so nothing is scored');
}

/** Of an order's fields only its time can be of the past; a message begins with the field. */
function isPast(error: unknown): boolean {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return code === 'badOrder' && /(^|: )tsEvent: /.test(message ?? '');
}
