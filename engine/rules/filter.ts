import type { Micros } from '../../schemas/ids.ts';
import { MICROS_PER_DAY } from '../scoring/model.ts';
import type { Condition } from './condition.ts';
import { dealerFacts } from './dealer-facts.ts';
import type { DealerFacts, DealerFilter, QuotedFilter, QuotedIn } from './decided.ts';
import type { FilterSpec, MetricBound } from './spec.ts';
import { sayDuration, sayList } from './units.ts';

type DealerRecord = NonNullable<DealerFacts['record']>;

/** One thing asked of a dealer: whether it holds, and what is said where it does not. */
interface Check {
  readonly reason: string;
  /** What is said where it does. */
  readonly says: string;
  /** As of a filter (decided.ts). */
  readonly standing?: DealerFilter['standing'];
  readonly quoted?: QuotedFilter;
  holds(dealer: DealerFacts): boolean;
}

/** Longer lists are counted instead of written out. */
const MAX_NAMED = 8;

const SCOPE_NAMES: Readonly<Record<QuotedIn, string>> = {
  instrument: 'the instrument',
  issuer: 'the issuer',
  segment: 'the segment',
  assetClass: 'the asset class',
  any: 'anything',
};

/** Compiles a filter. Its reasons are made here, so that asking it allocates nothing. */
export function compileFilter(filter: FilterSpec): DealerFilter {
  const checks = checksOf(filter);
  const standing = standingOf(checks);
  return {
    ...(standing === undefined ? {} : { standing }),
    ...(checks.length === 1 && checks[0]!.quoted !== undefined
      ? { quoted: checks[0]!.quoted }
      : {}),
    says: sayList(
      checks.map(({ says }) => says),
      'and',
    ),
    refuse(dealer) {
      for (let i = 0; i < checks.length; i++) {
        const check = checks[i]!;
        if (!check.holds(dealer)) return check.reason;
      }
      return null;
    },
  };
}

function standingOf(checks: readonly Check[]): DealerFilter['standing'] {
  if (checks.some(({ standing }) => standing === undefined)) return undefined;
  const isOfOne = checks.some(({ standing }) => standing === 'oneAssetClass');
  return isOfOne ? 'oneAssetClass' : 'anyAssetClass';
}

/** The cheap ones first. */
function checksOf(filter: FilterSpec): Check[] {
  const { known, dealers, tier, specialist, quoted, agreement, atLeast, atMost, where } = filter;
  const needsRecord = known === true || where !== undefined;
  return [
    ...(needsRecord ? [KNOWN] : []),
    ...(dealers === undefined ? [] : [isOneOf(dealers)]),
    ...(tier === undefined ? [] : [isInTier(tier)]),
    ...(specialist === true ? [SPECIALIST] : []),
    ...(quoted === undefined ? [] : [hasQuoted(quoted.in, quoted.withinMicros)]),
    ...(agreement === undefined ? [] : [hasAgreement(agreement)]),
    ...(atLeast ?? []).map(reaches),
    ...(atMost ?? []).map(keepsWithin),
    ...(where === undefined ? [] : [satisfies(where)]),
  ];
}

const KNOWN: Check = {
  standing: 'anyAssetClass',
  reason: 'is not in the dealer database',
  says: 'is in the dealer database',
  holds: ({ record }) => record !== undefined,
};

const SPECIALIST: Check = {
  standing: 'oneAssetClass',
  reason: "does not specialise in the order's asset class",
  says: "specialises in the order's asset class",
  holds: ({ isSpecialist }) => isSpecialist,
};

function isOneOf(dealers: readonly string[]): Check {
  const ids = new Set(dealers);
  const named =
    dealers.length > MAX_NAMED ? `the ${dealers.length} named` : sayList(dealers, 'and');
  return {
    standing: 'anyAssetClass',
    reason: dealers.length === 1 ? `is not ${named}` : `is not one of ${named}`,
    says: dealers.length === 1 ? `is ${named}` : `is one of ${named}`,
    holds: ({ dealerId }) => ids.has(dealerId),
  };
}

function isInTier(tiers: readonly number[]): Check {
  return {
    reason: `is not in tier ${sayList(tiers.map(String), 'or')}`,
    says: `is in tier ${sayList(tiers.map(String), 'or')}`,
    holds: ({ tier }) => tier !== null && tiers.includes(tier),
  };
}

function hasQuoted(scopes: readonly QuotedIn[], withinMicros: Micros): Check {
  // Whoever has quoted in anything at all passes, so the narrower scopes need no word.
  const isAny = scopes.includes('any');
  const where = isAny
    ? ''
    : ` in ${sayList(
        scopes.map((s) => SCOPE_NAMES[s]),
        'or',
      )}`;
  const asked = isAny ? (['any'] as const) : scopes;
  const reason = `has no firm quote${where} within ${sayDuration(withinMicros)}`;
  return {
    reason,
    says: `has a firm quote${where} within ${sayDuration(withinMicros)}`,
    quoted: { scopes: asked, withinMicros, reason },
    holds: (dealer) => dealer.hasQuoted(asked, dealer.asOf - withinMicros),
  };
}

function hasAgreement(name: string): Check {
  // All dealers of an order are asked about one day: its text is made once.
  let day = Number.NaN;
  let today = '';
  return {
    standing: 'anyAssetClass',
    reason: `has no valid ${name}`,
    says: `has a valid ${name}`,
    holds({ record, asOf }) {
      const thisDay = Math.floor(asOf / MICROS_PER_DAY);
      if (thisDay !== day) {
        day = thisDay;
        today = new Date((day * MICROS_PER_DAY) / 1000).toISOString().slice(0, 10);
      }
      return record !== undefined && isAgreed(record, name, today);
    },
  };
}

/** `today`: YYYY-MM-DD, which compares as text. */
function isAgreed({ agreements }: DealerRecord, name: string, today: string): boolean {
  if (agreements === undefined) return false;
  for (let i = 0; i < agreements.length; i++) {
    const { name: agreed, validFrom, validUntil } = agreements[i]!;
    const isValid =
      (validFrom === undefined || validFrom <= today) &&
      (validUntil === undefined || today <= validUntil);
    if (agreed === name && isValid) return true;
  }
  return false;
}

function reaches({ metric, bound }: MetricBound): Check {
  return {
    reason: `has an estimated ${metric} below ${bound}`,
    says: `has an estimated ${metric} of at least ${bound}`,
    holds: (dealer) => dealer.estimate(metric) >= bound,
  };
}

function keepsWithin({ metric, bound }: MetricBound): Check {
  return {
    reason: `has an estimated ${metric} above ${bound}`,
    says: `has an estimated ${metric} of at most ${bound}`,
    holds: (dealer) => dealer.estimate(metric) <= bound,
  };
}

/** A record never changes, so one answer a record is enough; it goes when the record does. */
function satisfies({ text, conjuncts }: Condition): Check {
  const answers = new WeakMap<DealerRecord, boolean>();
  return {
    standing: 'anyAssetClass',
    reason: `does not satisfy ${text}`,
    says: `satisfies ${text}`,
    holds({ record }) {
      if (record === undefined) return false;
      const known = answers.get(record);
      if (known !== undefined) return known;
      const facts = dealerFacts(record);
      const answer = conjuncts.every(({ evaluate }) => evaluate(facts) === true);
      answers.set(record, answer);
      return answer;
    },
  };
}
