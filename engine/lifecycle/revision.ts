import type { BookContext } from './book-context.ts';
import type { Counters } from './counters.ts';
import type { Observation } from './observation.ts';
import { type Rfq, resultsOf } from './rfq.ts';

/** Brings what stands in the sums in line with what a closed RFQ says now. */
export function reviseObservations(rfq: Rfq, { sink, reference }: BookContext): void {
  const stale = new Map(rfq.emitted);
  for (const { dealerId, metric, measured, tsMeasured } of resultsOf(rfq)) {
    if ('missing' in measured) continue;
    const key = `${metric} ${dealerId}`;
    const old = stale.get(key);
    stale.delete(key);
    if (old?.value === measured.value && old.tsMeasured === tsMeasured) continue;
    if (old !== undefined) sink.observe(old, -1);
    const scopes = reference.scopes(rfq.instrumentId, tsMeasured);
    const { quantity } = rfq;
    const { value } = measured;
    const observation: Observation = { dealerId, metric, value, quantity, tsMeasured, scopes };
    sink.observe(observation, 1);
    rfq.emitted.set(key, observation);
  }
  for (const [key, observation] of stale) {
    sink.observe(observation, -1);
    rfq.emitted.delete(key);
  }
}

/** Counts, once, the results that an RFQ will not have, by metric and reason. */
export function countNulls(rfq: Rfq, counters: Counters): void {
  rfq.settled = true;
  for (const { metric, measured } of resultsOf(rfq)) {
    if ('missing' in measured) counters.add(`null.${metric}.${measured.missing}`);
  }
}
