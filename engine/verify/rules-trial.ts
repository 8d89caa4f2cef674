import { FirstcallError } from '../../schemas/errors.ts';
import type { OrderEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId, Micros, OrderId } from '../../schemas/ids.ts';
import type { RuleTrace, Selection } from '../../schemas/selection.ts';
import { LogStepper } from './log-stepper.ts';
import { type NamedRules, PastSelector } from './past-selector.ts';
import type { RecreateContext } from './recreate.ts';

/** Orders of [from, to), event time, as they came; at most the first `limit`. */
export interface TrialPeriod {
  readonly from: Micros;
  readonly to: Micros;
  readonly limit: number;
}

/** How many orders a rule applied to, nearly did, or could not be decided for. */
export interface RuleCount {
  readonly name: string;
  matched: number;
  nearly: number;
  undecided: number;
}

/** What one set of rules made of the orders. */
export interface TrialSide {
  readonly hash: string;
  /** Those that had anything to say, by name. */
  readonly rules: readonly RuleCount[];
  /** Orders for which nobody was to be called. */
  readonly nobody: number;
  /** Mean length of the list. */
  readonly meanCalled: number;
}

/** An order for which the two sets of rules differ. */
export interface TrialDifference {
  readonly orderId: OrderId;
  readonly instrumentId: InstrumentId;
  readonly tsEvent: Micros;
  /** By the first rules, first to call first. */
  readonly before: readonly DealerId[];
  readonly after: readonly DealerId[];
  /** Whether they are asked in another way. */
  readonly isPlanOther: boolean;
  /** Rules that one of the two alone applied, or that set other fields. */
  readonly rules: readonly string[];
}

export interface TrialReport extends TrialPeriod {
  readonly orders: number;
  /** Orders that could not be selected for: before the first observation, or far too late. */
  readonly refused: number;
  readonly sides: readonly TrialSide[];
  /** Orders that differ. */
  readonly differing: number;
  /** The first 10,000 of them. */
  readonly differences: readonly TrialDifference[];
}

const DIFFERENCES_MAX = 10_000;

/** Takes every order of a period with one or two sets of rules, on the scores of its arrival. */
export async function tryRules(
  sets: readonly NamedRules[],
  period: TrialPeriod,
  context: Omit<RecreateContext, 'rules'>,
): Promise<TrialReport> {
  const stepper = await LogStepper.open(context);
  const selectors = sets.map(() => new PastSelector({ ...context, board: stepper.board }));
  const tallies = sets.map(({ hash }) => new Tally(hash));
  const seen = new Set<OrderId>();
  const differences: TrialDifference[] = [];
  let refused = 0;
  let differing = 0;
  try {
    for await (const { order, tsLog } of stepper.orders(period.from, period.to)) {
      // A log may hold an order more than once.
      if (seen.has(order.orderId)) continue;
      if (seen.size >= period.limit) break;
      seen.add(order.orderId);
      const directory = context.dealers.sequenceAt(tsLog);
      const decisions = sets.map((rules, i) =>
        selectFor(selectors[i]!, order, { ...rules, directory, degradedPartitions: [] }),
      );
      if (!decisions.every((decision) => decision !== null)) {
        refused++;
        continue;
      }
      for (const [i, decision] of decisions.entries()) tallies[i]!.add(decision);
      const [before, after] = decisions as [Selection, Selection?];
      const difference = after === undefined ? null : differenceOf(before, after);
      if (difference === null) continue;
      differing++;
      if (differences.length < DIFFERENCES_MAX) differences.push(difference);
    }
  } finally {
    await stepper.close();
  }
  const sides = tallies.map((tally) => tally.side());
  return { ...period, orders: seen.size, refused, sides, differing, differences };
}

function selectFor(
  selector: PastSelector,
  order: OrderEvent,
  context: Parameters<PastSelector['select']>[1],
): Selection | null {
  const { orderId, instrumentId, side, quantity, tsEvent } = order;
  try {
    return selector.select({ orderId, instrumentId, side, quantity, tsEvent }, context);
  } catch (error) {
    const { code } = error as FirstcallError;
    if (error instanceof FirstcallError && (code === 'notReady' || code === 'badOrder'))
      return null;
    throw error;
  }
}

class Tally {
  readonly #hash: string;
  readonly #rules = new Map<string, RuleCount>();
  #decisions = 0;
  #nobody = 0;
  #called = 0;

  constructor(hash: string) {
    this.#hash = hash;
  }

  add({ rules, dealers }: Selection): void {
    for (const key of ['matched', 'nearly', 'undecided'] as const) {
      for (const { name } of rules[key]) this.#count(name)[key]++;
    }
    this.#decisions++;
    this.#called += dealers.length;
    if (dealers.length === 0) this.#nobody++;
  }

  side(): TrialSide {
    const rules = [...this.#rules.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const meanCalled = this.#called / Math.max(1, this.#decisions);
    return { hash: this.#hash, rules, nobody: this.#nobody, meanCalled };
  }

  #count(name: string): RuleCount {
    const known = this.#rules.get(name) ?? { name, matched: 0, nearly: 0, undecided: 0 };
    this.#rules.set(name, known);
    return known;
  }
}

function differenceOf(one: Selection, other: Selection): TrialDifference | null {
  const [before, after] = [one, other].map(({ dealers }) => dealers.map((d) => d.dealerId));
  const isListOther = JSON.stringify(before) !== JSON.stringify(after);
  const isPlanOther = JSON.stringify(one.plan) !== JSON.stringify(other.plan);
  if (!isListOther && !isPlanOther) return null;
  const { orderId, instrumentId, asOf: tsEvent } = one;
  const rules = rulesBetween(one.rules, other.rules);
  return { orderId, instrumentId, tsEvent, before: before!, after: after!, isPlanOther, rules };
}

function rulesBetween(one: RuleTrace, other: RuleTrace): string[] {
  const setsOf = ({ matched }: RuleTrace) =>
    new Map(matched.map(({ name, sets }) => [name, sets.join(' ')]));
  const [before, after] = [setsOf(one), setsOf(other)];
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}
