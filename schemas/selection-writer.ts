import { MsgpackWriter } from './msgpack-writer.ts';
import type { SelectionFrame } from './protocol.ts';
import {
  anything,
  boolean,
  list,
  number,
  numberOrNull,
  orNull,
  record,
  text,
  uniqueText,
} from './record-writer.ts';
import { SCORED_FIELDS } from './row-writer.ts';
import type {
  AxePart,
  CurvePoint,
  Exploration,
  FilteredDealer,
  LogPosition,
  OtherDealers,
  Plan,
  PlanStep,
  PreTrade,
  RuleTrace,
  SelectedDealer,
  SelectionAnswer,
} from './selection.ts';

const writeDealer = record<SelectedDealer>({
  ...SCORED_FIELDS,
  axe: orNull(
    record<AxePart>({
      quantity: number,
      price: numberOrNull,
      tsExpires: number,
      honesty: number,
      contribution: number,
    }),
  ),
  callOrder: number,
  chance: number,
  reason: uniqueText,
});

const writePosition = record<LogPosition>({ partitions: list(number), all: number, tiers: number });

const writeRules = record<RuleTrace>({
  matched: list(record({ name: text, sets: list(text) })),
  nearly: list(record({ name: text, missed: text })),
  undecided: list(record({ name: text, why: text })),
});

const writeOthers = record<OtherDealers>({
  dealerIds: list(text),
  ranks: list(numberOrNull),
  composites: list(number),
  chances: orNull(list(number)),
});

const writePlan = record<Plan>({
  kind: text,
  delaySeconds: number,
  timeoutSeconds: number,
  isTwoSided: boolean,
  steps: list(record<PlanStep>({ dealerId: text, askAtSeconds: number, answerBySeconds: number })),
});

const writePreTrade = record<PreTrade>({
  mid: numberOrNull,
  tsMid: numberOrNull,
  spreadBps: numberOrNull,
  volatilityBps: numberOrNull,
  advShare: numberOrNull,
  daysSinceTrade: numberOrNull,
  spreadCostBps: numberOrNull,
  impactBps: numberOrNull,
  uncertaintyBps: numberOrNull,
  curve: list(
    record<CurvePoint>({ dealers: number, gainBps: number, leakageBps: number, netBps: number }),
  ),
  recommended: number,
  benchmark: orNull(
    record<NonNullable<PreTrade['benchmark']>>({
      price: number,
      improvementBps: number,
      toleranceBps: number,
    }),
  ),
});

const writeAnswer = record<SelectionAnswer>({
  decisionId: uniqueText,
  order: anything,
  orderId: uniqueText,
  instrumentId: text,
  asOf: number,
  modelHash: text,
  rulesHash: text,
  position: writePosition,
  degraded: boolean,
  degradedPartitions: list(number),
  instrumentKnown: boolean,
  rankedScope: text,
  scopes: list(text),
  directory: number,
  rules: writeRules,
  maxDealers: orNull(record({ value: number, rule: orNull(text) })),
  dealers: list(writeDealer),
  others: writeOthers,
  filtered: list(record<FilteredDealer>({ dealerId: text, rule: orNull(text), why: text })),
  plan: writePlan,
  preTrade: writePreTrade,
  exploration: orNull(
    record<Exploration>({ share: number, isDrawn: boolean, dealerId: orNull(text) }),
  ),
  lagMs: numberOrNull,
});

const writeFrame = record<SelectionFrame>({
  type: text,
  requestId: number,
  selection: writeAnswer,
});

const writer = new MsgpackWriter();

/** The bytes of `encode`, several times as fast. */
export function encodeAnswer(answer: SelectionAnswer): Uint8Array<ArrayBuffer> {
  writeAnswer(writer, answer);
  return writer.take();
}

/** The same of the frame that answers a request. */
export function encodeSelectionFrame(frame: SelectionFrame): Uint8Array<ArrayBuffer> {
  writeFrame(writer, frame);
  return writer.take();
}
