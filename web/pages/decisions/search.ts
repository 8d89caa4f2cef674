import {
  DECISION_RECORD_KINDS,
  type DecisionRecordKind,
} from '../../../schemas/decision-record.ts';

/** What of the audit trail is looked for, as it stands in the address; '' is any. */
export interface Search {
  readonly text: string;
  readonly kind: DecisionRecordKind | '';
  readonly by: string;
  /** `2026-11-28T09:11`, UTC; the same of `through`. */
  readonly from: string;
  readonly through: string;
  /** Records before this sequence; null: the newest. */
  readonly before: number | null;
}

export const PAGE_ROWS = 50;

type Params = Readonly<Record<string, string>>;

export function searchOf(params: Params): Search {
  const before = Number(params.before);
  return {
    text: (params.text ?? '').trim(),
    kind: DECISION_RECORD_KINDS.find((kind) => kind === params.kind) ?? '',
    by: (params.by ?? '').trim(),
    from: params.from ?? '',
    through: params.through ?? '',
    before: Number.isSafeInteger(before) && before > 0 ? before : null,
  };
}

/** Of the address; without what is any. */
export function paramsOf({ before, ...search }: Search): Record<string, string> {
  const said = Object.entries(search).filter(([, value]) => value !== '');
  return Object.fromEntries(before === null ? said : [...said, ['before', String(before)]]);
}

/** Of the query `decisionRecords`, asking for one more than a page, which says whether there is another. */
export function questionOf({ text, kind, by, from, through, before }: Search): object {
  const fromUs = microsOf(from);
  const throughUs = microsOf(through);
  return {
    ...(text === '' ? {} : { text }),
    ...(kind === '' ? {} : { kind }),
    ...(by === '' ? {} : { by }),
    ...(fromUs === null ? {} : { fromUs }),
    // A minute that is named is meant to its end.
    ...(throughUs === null ? {} : { throughUs: throughUs + 60_000_000 - 1 }),
    ...(before === null ? {} : { before }),
    limit: PAGE_ROWS + 1,
  };
}

export function isNarrowed({ before: _, ...search }: Search): boolean {
  return Object.values(search).some((value) => value !== '');
}

/** Null for what is no time since 1970. */
function microsOf(minute: string): number | null {
  const ms = Date.parse(`${minute}Z`);
  return Number.isFinite(ms) && ms >= 0 ? ms * 1000 : null;
}
