import { FirstcallError } from '../../../schemas/errors.ts';
import type { Override, RecordedOverride } from '../../../schemas/override.ts';
import type { Selection } from '../../../schemas/selection.ts';
import { ask, askHistory } from '../../state/ask.ts';

/** A record of a decision, or of an override of it (query `decision`), in the order of the log. */
interface DecisionRow {
  readonly sequence: number;
  readonly ts_log_us: number;
  readonly kind: 'selection' | 'override';
  readonly hash: string;
  /** JSON. */
  readonly text: string;
}

/** A decision with all that the engine knew when it made it. */
export interface RecordedDecision {
  readonly selection: Selection;
  /** Oldest first. */
  readonly overrides: readonly RecordedOverride[];
  /** Of the newest record of the selection in the audit log; an OMS that asks again has it recorded again. */
  readonly sequence: number;
  readonly tsRecorded: number;
  readonly hash: string;
  readonly timesRecorded: number;
}

/** What the engine still holds of a decision: enough to override it. */
export interface RememberedDecision
  extends Pick<Selection, 'decisionId' | 'orderId' | 'filtered' | 'plan' | 'maxDealers'> {
  readonly recommended: readonly string[];
  readonly rules: Selection['rules']['matched'];
  readonly overrides: readonly Override[];
}

export type LoadedDecision =
  | { readonly from: 'history'; readonly decision: RecordedDecision }
  /** `why`: the history could not be asked; '': it does not have the decision yet. */
  | { readonly from: 'engine'; readonly decision: RememberedDecision; readonly why: string };

/** From the history, or what the engine remembers where that has no record of it yet. Rejects with FirstcallError. */
export async function loadDecision(id: string, signal: AbortSignal): Promise<LoadedDecision> {
  let why = '';
  try {
    const rows = await askHistory<DecisionRow>('decision', { decisionId: id }, { signal });
    const decision = recordedDecision(rows);
    if (decision !== null) return { from: 'history', decision };
  } catch (error) {
    if (!(error instanceof FirstcallError)) throw error;
    why = error.message;
  }
  const path = `decisions/${encodeURIComponent(id)}`;
  try {
    return { from: 'engine', decision: await ask<RememberedDecision>(path, { signal }), why };
  } catch (error) {
    if (!(error instanceof FirstcallError) || error.code !== 'unknownDecision') throw error;
    throw new FirstcallError(error.code, notFound(id, why));
  }
}

/** Null where there is no record of the selection itself. */
export function recordedDecision(rows: readonly DecisionRow[]): RecordedDecision | null {
  const selections = rows.filter(({ kind }) => kind === 'selection');
  const newest = selections.at(-1);
  if (newest === undefined) return null;
  const overrides = rows
    .filter(({ kind }) => kind === 'override')
    .map(({ text, ts_log_us }) => ({ ...(JSON.parse(text) as Override), tsRecorded: ts_log_us }));
  return {
    selection: JSON.parse(newest.text) as Selection,
    overrides,
    sequence: newest.sequence,
    tsRecorded: newest.ts_log_us,
    hash: newest.hash,
    timesRecorded: selections.length,
  };
}

function notFound(id: string, why: string): string {
  const engine = `the engine does not remember a decision ${id}`;
  return why === '' ? `${engine}, and the history has none` : `${engine}; the history: ${why}`;
}
