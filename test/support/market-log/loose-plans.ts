import fc from 'fast-check';
import type { IssuerId } from '../../../schemas/ids.ts';
import {
  BENCHMARKS,
  DEALERS,
  type Drafts,
  dealer,
  INSTRUMENTS,
  sometimes,
  startStep,
  WILD,
} from './grid.ts';
import { quotePlan } from './quote-plans.ts';

const instrument = fc.nat({ max: INSTRUMENTS.length - 1 });

/** Streamed quotes crowd into a few minutes, else they would all be alone. */
export const streamPlan = fc.record({
  instrument,
  step: fc.nat({ max: 30 }),
  quote: quotePlan(fc.constantFrom('firm', 'indicative', 'indicative', 'pass'), 0),
});

/** A record of one of the instruments, by its place in INSTRUMENTS; HEDGED alone has a benchmark. */
export interface InstrumentPlan {
  readonly which: number;
  readonly step: number;
  readonly staleAfterSeconds: number | undefined;
  readonly maturityDate: string | undefined;
  readonly beta: number | undefined;
  readonly benchmark: number;
  readonly hasIssuer: boolean;
}

function instrumentPlan(
  which: fc.Arbitrary<number>,
  step: fc.Arbitrary<number>,
): fc.Arbitrary<InstrumentPlan> {
  return fc.record({
    which,
    step,
    staleAfterSeconds: sometimes(fc.constantFrom(30, 60, 600), 2),
    maturityDate: fc.constantFrom(undefined, '2028-01-14', '2028-01-15', '2040-06-01'),
    beta: fc.constantFrom(1.2, 1.2, 0.5, -1, 0, undefined),
    benchmark: fc.nat({ max: BENCHMARKS.length - 1 }),
    hasIssuer: fc.boolean(),
  });
}

const FIRST_STEP = -70;
const HEDGED = 1;

/** PLAIN, HEDGED and WILD at the start, and a later record of one of them. */
export const instrumentPlans: fc.Arbitrary<InstrumentPlan[]> = fc
  .tuple(
    fc.tuple(
      ...[0, HEDGED, WILD].map((which) =>
        instrumentPlan(fc.constant(which), fc.constant(FIRST_STEP)),
      ),
    ),
    fc.array(instrumentPlan(fc.constantFrom(0, HEDGED, WILD), startStep), { maxLength: 2 }),
  )
  .map(([first, later]) => [...first, ...later]);

export function addInstrument(drafts: Drafts, plan: InstrumentPlan): void {
  const isHedged = plan.which === HEDGED;
  drafts.add('instrument', plan.step, {
    instrumentId: INSTRUMENTS[plan.which]!,
    issuerId: plan.hasIssuer ? ('ISS' as IssuerId) : undefined,
    assetClass: plan.which === WILD ? 'HY' : 'IG',
    sector: 'FIN',
    rating: isHedged ? 'BBB+' : 'A-',
    maturityDate: plan.maturityDate,
    staleAfterSeconds: plan.staleAfterSeconds,
    benchmarkId: isHedged ? BENCHMARKS[plan.benchmark]! : undefined,
    beta: isHedged ? plan.beta : undefined,
  });
}

export const tcaPlan = fc.record({
  instrument,
  dealer,
  step: startStep,
  name: fc.constantFrom('toxicity', 'hitRatio', 'unlisted'),
  value: fc.integer({ min: -50, max: 50 }).map((n) => n / 4),
  quantity: sometimes(fc.constantFrom(0.5, 1, 3), 2),
});

type TcaPlan = typeof tcaPlan extends fc.Arbitrary<infer Plan> ? Plan : never;

export function addTca(drafts: Drafts, plan: TcaPlan): void {
  drafts.add('tca', plan.step, {
    name: plan.name,
    dealerId: DEALERS[plan.dealer]!,
    instrumentId: INSTRUMENTS[plan.instrument]!,
    value: plan.value,
    quantity: plan.quantity,
  });
}
