import { nearestNameSteps } from '../../schemas/nearest-name.ts';
import type { Steps } from '../../schemas/steps.ts';

/** A dealer that a rule names, and the first rule that does. */
interface NamedDealer {
  readonly dealerId: string;
  readonly rule: string;
}

/** What is known of dealers. */
export interface KnownDealers {
  readonly ids: Iterable<string>;
  isKnown(dealerId: string): boolean;
}

interface Filter {
  readonly dealers?: readonly string[];
}

/** As canonical-text.ts writes it. */
interface Canonical {
  readonly rules: readonly {
    readonly name: string;
    readonly candidates?: Filter;
    readonly exclude?: Filter;
    readonly call?: readonly Filter[];
  }[];
}

/** Further dealers are counted. */
const MAX_TOLD = 20;
/** Among more no similar name is looked for, which takes microseconds a name. */
const MAX_COMPARED = 2_000;

/** A sentence for each dealer that the canonical text of rules names and nobody knows. */
export function* sayUnknownDealers(canonical: string, known: KnownDealers): Steps<string[]> {
  const unknown = dealersIn(canonical).filter(({ dealerId }) => !known.isKnown(dealerId));
  if (unknown.length === 0) return [];
  const ids = [...known.ids];
  const comparable = ids.length > MAX_COMPARED ? [] : ids;
  const told: string[] = [];
  for (const { dealerId, rule } of unknown.slice(0, MAX_TOLD)) {
    const near = yield* nearestNameSteps(dealerId, comparable);
    const hint = near === null ? '' : `; did you mean ${near}?`;
    told.push(
      `rule "${rule}" names ${dealerId}, which is not in the dealer database and was never observed${hint}`,
    );
  }
  const rest = unknown.length - told.length;
  return rest === 0 ? told : [...told, `and ${rest} more such dealers`];
}

function dealersIn(canonical: string): NamedDealer[] {
  const firstRules = new Map<string, string>();
  for (const { name, candidates, exclude, call } of (JSON.parse(canonical) as Canonical).rules) {
    for (const filter of [candidates, exclude, ...(call ?? [])]) {
      for (const dealerId of filter?.dealers ?? []) {
        if (!firstRules.has(dealerId)) firstRules.set(dealerId, name);
      }
    }
  }
  return [...firstRules].map(([dealerId, rule]) => ({ dealerId, rule }));
}
