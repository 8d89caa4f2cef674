/**
 * What the simulated market is held to, and where it is from; calibration.test.ts checks it over
 * several seeds. The published facts are of municipal RFQs on two alternative trading systems,
 * February to May 2015: MSRB, "Analysis of Municipal Securities Pre-Trade Data from Alternative
 * Trading Systems", October 2018. The rest is our own choice and marked so.
 */
export const CALIBRATION_TARGETS = {
  /** MSRB 2018: an RFQ draws a median of three responses. */
  medianQuotesPerRfq: 3,
  /** MSRB 2018: three in four municipal RFQs do not lead to a trade. */
  municipalUntradedShare: { target: 0.75, tolerance: 0.05 },
  /** MSRB 2018: the more respond, the likelier the trade. From three quotes to five and more. */
  municipalTradeRateGain: { least: 0.02 },
  /** Ours: of all RFQs that trade, so many are shared by two dealers; hence hit rates sum to about 1. */
  sharedTradeShare: { target: 0.085, tolerance: 0.035 },
  /** Ours: fills whose mark-out at 30 minutes has a newer mid. The others are the null `noNewTick`. */
  newerMidShare: { target: 0.94, tolerance: 0.04 },
  /** Ours: asks that get no answer, a pass or a reject. */
  unansweredShare: { target: 0.31, tolerance: 0.06 },
  /** Ours: events of a trading day with the default options. */
  eventsPerTradingDay: { target: 8500, tolerance: 2500 },
} as const;
