import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { Measured } from '../scoring/facts.ts';
import { type MetricName, metricsPer } from '../scoring/metrics.ts';
import { MICROS_PER_DAY } from '../scoring/model.ts';
import { splitSuffixes } from '../scoring/scopes.ts';
import type { BookContext } from './book-context.ts';
import type { Observation } from './observation.ts';
import type { Rfq, RfqDealer, Standing } from './rfq.ts';
import { type ClosedFacts, type DealerFacts, factsOf, withMarketEnd } from './rfq-facts.ts';

const PER_ASK = metricsPer('ask');
const PER_QUOTE = metricsPer('quote');
const PER_FILLS = metricsPer('fills');
/** Those that may be others when a market becomes final. */
const MOVING_PER_ASK = PER_ASK.filter((metric) => metric.usesMarkets);
const MOVING_PER_QUOTE = PER_QUOTE.filter((metric) => metric.usesMarkets);
const PER_ACCEPTANCE = metricsPer('acceptance');

/**
 * Takes one result of a closed RFQ: whose it is, of which metric, what stands of it, when it was
 * measured, and to what; null where it does not apply. Positional, because there are hundreds an RFQ.
 */
type Visit = (
  dealerId: DealerId,
  metric: MeasuredMetric,
  standing: Standing,
  tsMeasured: Micros,
  measured: Measured | null,
) => void;

type MeasuredMetric = { readonly name: MetricName; readonly column: number };

/** Every result of one dealer, in column order of asks, quotes, fills. */
function visitDealer(facts: ClosedFacts, of: DealerFacts, visit: Visit): void {
  visitAsk(facts, of, visit, PER_ASK);
  visitQuote(facts, of, visit, PER_QUOTE);
  visitFills(facts, of.dealer, visit);
}

/** Those of them that use markets, in the same order. */
function visitMoving(facts: ClosedFacts, of: DealerFacts, visit: Visit): void {
  visitAsk(facts, of, visit, MOVING_PER_ASK);
  visitQuote(facts, of, visit, MOVING_PER_QUOTE);
  visitFills(facts, of.dealer, visit);
}

function visitQuote(
  { rfq }: ClosedFacts,
  { dealer, quote }: DealerFacts,
  visit: Visit,
  metrics: typeof PER_QUOTE,
): void {
  for (const metric of metrics) {
    const measured = quote === null ? null : metric.measure(rfq, quote);
    visit(dealer.dealerId, metric, dealer.standing, quote?.tsEvent ?? 0, measured);
  }
}

function visitAsk(
  facts: ClosedFacts,
  { dealer, ask }: DealerFacts,
  visit: Visit,
  metrics: typeof PER_ASK,
): void {
  if (ask === null) return;
  for (const metric of metrics) {
    const measured = metric.measure(facts.rfq, ask);
    visit(dealer.dealerId, metric, dealer.standing, ask.tsSent, measured);
  }
}

function visitFills(facts: ClosedFacts, dealer: RfqDealer, visit: Visit): void {
  if (dealer.fills.length === 0) return;
  const { dealerId, standing } = dealer;
  const fills = dealer.fills.filter((fill) => !fill.isBusted);
  let tsMeasured = Number.POSITIVE_INFINITY;
  for (const { event } of fills) if (event.tsEvent < tsMeasured) tsMeasured = event.tsEvent;
  for (const metric of PER_FILLS) {
    const measured = fills.length === 0 ? null : metric.measure(facts.rfq, fills);
    visit(dealerId, metric, standing, tsMeasured, measured);
  }
}

function visitAcceptances(rfq: Rfq, visit: Visit): void {
  for (const { dealerId, event, standing, isRejected } of rfq.acceptances.values()) {
    for (const metric of PER_ACCEPTANCE) {
      visit(dealerId, metric, standing, event.tsEvent, metric.measure({ isRejected }));
    }
  }
}

/** Brings what stands in the sums in line with what a closed RFQ says now; nothing before. */
export function reviseRfq(rfq: Rfq, context: BookContext): void {
  if (rfq.closed === null) return;
  const facts = renewFacts(rfq);
  const visit = reviser(rfq, facts, context);
  for (const of of facts.dealers) visitDealer(facts, of, visit);
  visitAcceptances(rfq, visit);
}

/** The same after the market at the first send has become final, and nothing else has changed. */
export function reviseMarketSent(rfq: Rfq, context: BookContext): void {
  if (rfq.closed === null) return;
  const facts = renewFacts(rfq);
  const visit = reviser(rfq, facts, context);
  for (const of of facts.dealers) visitMoving(facts, of, visit);
}

/** The same after the market at the end has. */
export function reviseMarketEnd(rfq: Rfq, context: BookContext): void {
  if (rfq.closed === null) return;
  rfq.facts = withMarketEnd(keptFacts(rfq), rfq);
  const { facts } = rfq;
  const visit = reviser(rfq, facts, context);
  for (const of of facts.dealers) visitAsk(facts, of, visit, MOVING_PER_ASK);
}

/** The same after something that concerns only what these dealers were asked. */
export function reviseAsks(rfq: Rfq, asked: readonly RfqDealer[], context: BookContext): void {
  if (rfq.closed === null) return;
  const facts = renewFacts(rfq);
  const visit = reviser(rfq, facts, context);
  for (const of of facts.dealers) {
    if (asked.includes(of.dealer)) visitAsk(facts, of, visit, PER_ASK);
  }
}

/** The same after something that concerns only the fills of this dealer, none of them new. */
export function reviseFills(rfq: Rfq, dealer: RfqDealer, context: BookContext): void {
  if (rfq.closed === null) return;
  const facts = keptFacts(rfq);
  visitFills(facts, dealer, reviser(rfq, facts, context));
}

function renewFacts(rfq: Rfq): ClosedFacts {
  rfq.facts = factsOf(rfq);
  return rfq.facts;
}

/** Those of the last revision: what has come since has not changed them. */
function keptFacts(rfq: Rfq): ClosedFacts {
  return rfq.facts ?? renewFacts(rfq);
}

/** Counts, once, the results that an RFQ will not have, by metric and reason. */
export function countNulls(rfq: Rfq, { counters }: BookContext): void {
  if (rfq.isCounted || rfq.closed === null) return;
  rfq.isCounted = true;
  const facts = keptFacts(rfq);
  const count: Visit = (_, { name }, __, ___, measured) => {
    if (measured !== null && 'missing' in measured) {
      counters.add(`null.${name}.${measured.missing}`);
    }
  };
  for (const of of facts.dealers) visitDealer(facts, of, count);
  visitAcceptances(rfq, count);
}

/** Equal chains are one array, but for those of a snapshot. */
function isSameChain(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((scope, i) => scope === b[i]));
}

function reviser(rfq: Rfq, { side }: ClosedFacts, { model, reference, sink }: BookContext): Visit {
  const { terms } = rfq;
  const { instrumentId, record } = terms.instrument;
  const suffixes = splitSuffixes(model, side, terms.quantity);
  // Most results of an RFQ are of one moment or another of one day.
  let day = -1;
  let scopes: readonly string[] = [];
  return (dealerId, { name: metric, column }, standing, tsMeasured, measured) => {
    const old = standing[column];
    if (measured === null || 'missing' in measured) {
      if (old === undefined) return;
      standing[column] = undefined;
      sink.observe(old, -1);
      return;
    }
    const { value } = measured;
    if (Math.floor(tsMeasured / MICROS_PER_DAY) !== day) {
      day = Math.floor(tsMeasured / MICROS_PER_DAY);
      scopes = reference.scopes(instrumentId, record, tsMeasured, suffixes);
    }
    const isSame = old?.value === value && old.tsMeasured === tsMeasured;
    if (isSame && isSameChain(old.scopes, scopes)) return;
    if (old !== undefined) sink.observe(old, -1);
    const quantity = terms.weight;
    const observation: Observation = { dealerId, metric, value, quantity, tsMeasured, scopes };
    standing[column] = observation;
    sink.observe(observation, 1);
  };
}
