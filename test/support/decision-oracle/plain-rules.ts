import type { DealerEvent } from '../../../schemas/reference.ts';
import type { SelectedDealer, SelectRequest } from '../../../schemas/selection.ts';

/** A rules file as it is written. */
export interface PlainFile {
  readonly currencies?: Readonly<Record<string, number>>;
  readonly defaults?: Partial<PlainRule>;
  readonly rules?: readonly PlainRule[];
}

export interface PlainRule {
  readonly name: string;
  readonly when?: string;
  readonly candidates?: PlainFilter;
  readonly exclude?: PlainFilter;
  readonly weights?: Readonly<Record<string, number | string>>;
  readonly axeWeight?: number;
  readonly exploration?: number | string;
  readonly protocol?: PlainProtocol | string;
  readonly count?: PlainGroup['count'];
  readonly call?: readonly PlainGroup[];
  readonly sensitive?: boolean;
  readonly maxDealers?: number;
  readonly coolOff?: string;
}

export interface PlainProtocol {
  readonly kind: string;
  readonly delay?: string;
  readonly timeout?: string;
  readonly twoSided?: boolean;
}

interface PlainFilter {
  readonly known?: true;
  readonly dealers?: readonly string[];
  readonly tier?: number | readonly number[];
  readonly specialist?: true;
  readonly quoted?: object;
  readonly agreement?: string;
  readonly atLeast?: Readonly<Record<string, number>>;
  readonly atMost?: Readonly<Record<string, number>>;
  readonly where?: string;
}

interface PlainGroup extends PlainFilter {
  readonly count: number | 'all' | 'recommended';
}

/** A dealer as a record, an instrument and an answer show it. */
export interface PlainDealer {
  readonly dealerId: string;
  readonly record: DealerEvent | undefined;
  /** The order's; undefined: not known. */
  readonly assetClass: string | undefined;
  /** YYYY-MM-DD of the order. */
  readonly day: string;
  /** Null: not called, so that the answer says neither its tier nor its estimates. */
  readonly called: SelectedDealer | null;
}

/** True, false, or undefined: cannot be told from here. */
type Told = boolean | undefined;

function all(parts: readonly Told[]): Told {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

const METRICS: Readonly<Record<string, string>> = {
  hitRate: 'fillRate',
  leakage: 'reversion30mBps',
  priceImprovement: 'priceImprovementBps',
  responseSpeed: 'responseSeconds',
};

/** A metric by its own name. */
export const metricNamed = (name: string): string => METRICS[name] ?? name;

/** Whether a filter lets a dealer through. */
export function lets(filter: PlainFilter, dealer: PlainDealer): Told {
  const { dealerId, record, assetClass, called } = dealer;
  const { known, dealers, tier, specialist, quoted, agreement, where } = filter;
  const isSpecialist = assetClass !== undefined && record?.assetClasses?.includes(assetClass);
  return all([
    known === undefined || record !== undefined,
    dealers === undefined || dealers.includes(dealerId),
    tier === undefined || (called === null ? undefined : isIn(called.tier, tier)),
    specialist === undefined || isSpecialist === true,
    quoted === undefined || undefined,
    agreement === undefined || isAgreed(record, agreement, dealer.day),
    ...bounds(filter.atLeast, called, (estimate, bound) => estimate >= bound),
    ...bounds(filter.atMost, called, (estimate, bound) => estimate <= bound),
    where === undefined || (record !== undefined && isSo(where, record)),
  ]);
}

function isIn(tier: number | null, tiers: number | readonly number[]): boolean {
  return tier !== null && [tiers].flat().includes(tier);
}

function isAgreed(record: DealerEvent | undefined, name: string, day: string): boolean {
  return (record?.agreements ?? []).some(
    (each) =>
      each.name === name &&
      day >= (each.validFrom ?? '0000-00-00') &&
      day <= (each.validUntil ?? '9999-99-99'),
  );
}

function bounds(
  wanted: Readonly<Record<string, number>> = {},
  called: SelectedDealer | null,
  holds: (estimate: number, bound: number) => boolean,
): Told[] {
  return Object.entries(wanted).map(([name, bound]) => {
    const score = called?.metrics.find(({ metric }) => metric === metricNamed(name));
    return score && holds(score.estimate, bound);
  });
}

/** A condition on one field of a record. */
function isSo(where: string, record: DealerEvent): Told {
  const [, id] = /^dealer\.id != "(\w+)"$/.exec(where) ?? [];
  if (id !== undefined) return record.dealerId !== id;
  const [, start] = /^dealer\.name\.startsWith\("(\w+)"\)$/.exec(where) ?? [];
  if (start !== undefined) return (record.name ?? '').startsWith(start);
  const [, item, list] = /^"(\w+)" in dealer\.(\w+)$/.exec(where) ?? [];
  if (list === 'assetClasses') return (record.assetClasses ?? []).includes(item!);
  if (list === 'agreements') return (record.agreements ?? []).some(({ name }) => name === item);
  return undefined;
}

/** What the parts of a condition of simple comparisons come to; null: it has others. */
export function partsOf(
  when: string,
  order: SelectRequest,
  assetClass: string | undefined,
): readonly Told[] | null {
  const parts = when.split(' && ').map((part) => {
    const [, size] = /^order\.quantity > (\d+)$/.exec(part) ?? [];
    if (size !== undefined) return order.quantity > Number(size);
    const [, side] = /^order\.side == "(\w+)"$/.exec(part) ?? [];
    if (side !== undefined) return order.side === side;
    const [, asset] = /^instrument\.assetClass == "(\w+)"$/.exec(part) ?? [];
    if (asset === undefined) return null;
    return assetClass === undefined ? undefined : assetClass === asset;
  });
  return parts.includes(null) ? null : (parts as readonly Told[]);
}

const SECONDS: Readonly<Record<string, number>> = {
  seconds: 1,
  min: 60,
  hours: 3600,
  days: 86_400,
  months: 30.4375 * 86_400,
  years: 365.25 * 86_400,
};

export function secondsOf(duration: string): number {
  const [amount, unit] = duration.split(' ');
  return Number(amount) * SECONDS[unit!]!;
}

export function shareOf(share: number | string): number {
  return typeof share === 'number' ? share : Number(share.replace('%', '')) / 100;
}
