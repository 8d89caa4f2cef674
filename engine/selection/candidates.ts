import type { Micros } from '../../schemas/ids.ts';
import type { FilteredDealer, SelectRequest } from '../../schemas/selection.ts';
import { refuseDealer } from '../rules/dealer-admission.ts';
import type { Decided, Rules } from '../rules/decided.ts';
import { MICROS_PER_SECOND } from '../scoring/model.ts';
import type { DealerView } from './dealer-view.ts';

export interface Candidates {
  /** Indices into `rows.dealers`, ascending. */
  readonly allowed: Int32Array;
  readonly filtered: readonly FilteredDealer[];
}

/** What an order is, to the dealer database's own limits. */
export interface Admission {
  readonly quantity: SelectRequest['quantity'];
  readonly currency: string | undefined;
  readonly usdPer: Rules['usdPer'];
}

/**
 * Who may be asked: whom the dealer database allows, no exclusion names, the candidates' filter lets
 * through, and who was not asked about the issuer too recently. The first reason is the one that is told.
 */
export function findCandidates(
  view: DealerView,
  dealers: number,
  decided: Decided,
  admission: Admission,
): Candidates {
  const allowed = new Int32Array(dealers);
  let count = 0;
  const filtered: FilteredDealer[] = [];
  for (let dealer = 0; dealer < dealers; dealer++) {
    const refusal = refuse(view.at(dealer), decided, admission);
    if (refusal === null) allowed[count++] = dealer;
    else filtered.push({ dealerId: view.dealerId, ...refusal });
  }
  return { allowed: allowed.subarray(0, count), filtered };
}

type Refusal = Pick<FilteredDealer, 'rule' | 'why'>;

function refuse(view: DealerView, decided: Decided, admission: Admission): Refusal | null {
  const { candidates, exclusions, coolOffMicros } = decided;
  const barred = refuseDealer(view.record, admission);
  if (barred !== null) return { rule: null, why: barred };
  for (const { value, rule } of exclusions) {
    if (value.refuse(view) === null) return { rule, why: 'is excluded' };
  }
  const unfit = candidates?.value.refuse(view) ?? null;
  if (unfit !== null) return { rule: candidates!.rule, why: unfit };
  if (coolOffMicros === null) return null;
  const { askedAt, asOf } = view;
  if (askedAt === 0 || asOf - askedAt >= coolOffMicros.value) return null;
  return { rule: coolOffMicros.rule, why: `was asked about the issuer ${ago(asOf - askedAt)}` };
}

/** An order may be of a moment before the newest ask: that of the watermark, for example. */
function ago(micros: Micros): string {
  if (micros < 0) return 'after the time of the order';
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  if (seconds < 120) return `${seconds} seconds ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} minutes ago`;
  return `${Math.floor(seconds / 3600)} hours ago`;
}
