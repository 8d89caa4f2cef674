import type { DealerEvent, InstrumentEvent } from '../../../schemas/reference.ts';
import type { Selection } from '../../../schemas/selection.ts';
import type { PlainFile, PlainRule } from './plain-rules.ts';

/** What an answer is judged by, read from the log and the rules file and not from the engine. */
export interface Evidence {
  readonly file: PlainFile;
  /** Undefined: unknown to the security master. */
  readonly instrument: InstrumentEvent | undefined;
  /** Newest records as of the answer's `directory`, by dealer. */
  readonly records: ReadonlyMap<string, DealerEvent>;
}

/** An answer and what it is judged by. */
export interface Case extends Evidence {
  readonly answer: Selection;
  /** Rules that the trace says match, in file order. */
  readonly matched: readonly PlainRule[];
}

/** The first matching rule that says who is called. */
export function callerOf({ matched }: Case): PlainRule | undefined {
  return matched.find(({ count, call }) => count !== undefined || call !== undefined);
}
