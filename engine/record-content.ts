import { encodeJson } from '../schemas/codec.ts';
import type { DealerEvent, InstrumentEvent } from '../schemas/reference.ts';

/** Whether two records say the same of their subject, whoever said it and when. */
export function saysTheSame<R extends DealerEvent | InstrumentEvent>(
  a: R,
  b: R | undefined,
): boolean {
  return b !== undefined && contentOf(a) === contentOf(b);
}

function contentOf(record: DealerEvent | InstrumentEvent): string {
  const { id: _, tsEvent: __, ...content } = record;
  const { changedBy: ___, changeReason: ____, ...said } = content as Partial<DealerEvent>;
  return encodeJson(sorted(said));
}

/** Properties in the order of their names, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
