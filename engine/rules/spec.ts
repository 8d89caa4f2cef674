import type { Micros } from '../../schemas/ids.ts';
import type { Protocol } from '../../schemas/selection.ts';
import type { WeightedMetric } from '../scoring/composite.ts';
import type { Memory } from '../scoring/metrics.ts';
import type { Condition } from './condition.ts';
import type { CallGroup, QuotedIn } from './decided.ts';

/** What a filter asks of a dealer; all that is there must hold. */
export interface FilterSpec {
  readonly known?: boolean;
  readonly dealers?: readonly string[];
  /** Any of them; ascending. */
  readonly tier?: readonly number[];
  readonly specialist?: boolean;
  /** A firm quote in any of these scopes, no older than `withinMicros`. */
  readonly quoted?: { readonly in: readonly QuotedIn[]; readonly withinMicros: Micros };
  /** Valid on the UTC day of the order. */
  readonly agreement?: string;
  readonly atLeast?: readonly MetricBound[];
  readonly atMost?: readonly MetricBound[];
  /** Over the dealer's record. */
  readonly where?: Condition;
}

export interface MetricBound {
  readonly metric: string;
  /** In the metric's own unit. */
  readonly bound: number;
}

export interface GroupSpec {
  readonly count: CallGroup['count'];
  readonly filter: FilterSpec | null;
}

/** What a rule or the defaults may set; absent: left to others. */
export interface Settings {
  readonly weights?: readonly WeightedMetric[];
  readonly memory?: Memory;
  readonly axeWeight?: number;
  readonly exploration?: number;
  readonly protocol?: Protocol;
}

export interface RuleSpec extends Settings {
  readonly name: string;
  /** Absent: always. */
  readonly when?: Condition;
  readonly candidates?: FilterSpec;
  readonly exclude?: FilterSpec;
  readonly call?: readonly GroupSpec[];
  readonly sensitive?: boolean;
  readonly maxDealers?: number;
  readonly coolOffMicros?: Micros;
}

/** What holds where no rule sets it. */
export interface Defaults extends Required<Omit<Settings, 'memory'>> {
  readonly count: CallGroup['count'];
  /** Absent: each metric in the memory that it is ranked by. */
  readonly memory?: Memory;
}

/** A rules file with every default filled in. */
export interface RulesSpec {
  /** USD for one unit. */
  readonly currencies: Readonly<Record<string, number>>;
  readonly illiquidAfterDays: number;
  readonly impactCoefficient: number;
  readonly usuallyAsked: number;
  readonly defaults: Defaults;
  readonly rules: readonly RuleSpec[];
}
