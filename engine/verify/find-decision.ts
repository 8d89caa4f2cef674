import type { NatsConnection } from '@nats-io/transport-node';
import { decode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { Override, RecordedOverride } from '../../schemas/override.ts';
import type { Selection } from '../../schemas/selection.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { newestOf, readMessages } from './read-messages.ts';

/** Messages that are looked at in one go. */
const BATCH = 500;

/** The record of a decision, the newest of that id. Throws FirstcallError `unknownDecision`. */
export async function findDecision(
  nc: NatsConnection,
  names: LogNames,
  decisionId: string,
): Promise<Selection> {
  const { decisionStream, decisions } = names;
  let to = await newestOf(nc, decisionStream, decisions);
  const needle = Buffer.from(decisionId);
  for (; to > 0; to -= BATCH) {
    let found: Selection | null = null;
    const from = Math.max(1, to - BATCH + 1);
    for await (const { data, subject } of readMessages(nc, decisionStream, { from, to })) {
      // Reading the bytes is dearer than looking for the id in them.
      if (subject !== decisions || !Buffer.from(data).includes(needle)) continue;
      const decision = decode(data) as Selection;
      if (decision.decisionId === decisionId) found = decision;
    }
    if (found !== null) return found;
  }
  const message = `the log has no decision ${decisionId} (see --log, --nats-url and --store-dir)`;
  throw new FirstcallError('unknownDecision', message);
}

/** What traders did otherwise than a decision said, oldest first. */
export async function findOverrides(
  nc: NatsConnection,
  names: LogNames,
  decisionId: string,
): Promise<RecordedOverride[]> {
  const subject = names.audit('override');
  const found: RecordedOverride[] = [];
  for await (const { data, timestampNanos } of readMessages(nc, names.decisionStream, {
    subject,
  })) {
    const entry = decode(data) as Override;
    if (entry.decisionId !== decisionId) continue;
    found.push({ ...entry, tsRecorded: Number(timestampNanos / 1000n) });
  }
  return found;
}
