import { MsgpackWriter } from './msgpack-writer.ts';
import type { SumsRow, TopicRow } from './protocol.ts';
import { boolean, type Fields, list, number, numberOrNull, record, text } from './record-writer.ts';
import type { Appetite, MetricScore, ScoredDealer } from './selection.ts';

const writeMetric = record<MetricScore>({
  metric: text,
  estimate: number,
  standardError: numberOrNull,
  normalised: number,
  weight: number,
  contribution: number,
  mass: number,
  effectiveSample: number,
});

/** The fields of a dealer that was ranked, in their order. */
export const SCORED_FIELDS: Fields<ScoredDealer> = {
  dealerId: text,
  rank: numberOrNull,
  value: number,
  composite: number,
  compositeStandardError: numberOrNull,
  displayScore: number,
  insufficient: boolean,
  tier: numberOrNull,
  appetite: record<Appetite>({ state: text, z: numberOrNull }),
  metrics: list(writeMetric),
};

const writeScored = record(SCORED_FIELDS);

const writeSums = record<SumsRow>({ dealerId: text, sums: list(number) });

const writer = new MsgpackWriter();

/** The bytes of `encode` for each row, side by side in one buffer of their own. */
export function encodeRows(rows: readonly TopicRow[]): Uint8Array<ArrayBuffer>[] {
  const ends = rows.map((row) => {
    if ('sums' in row) writeSums(writer, row);
    else writeScored(writer, row);
    return writer.length;
  });
  const bytes = writer.take();
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1]!, end));
}
