import type { NatsConnection } from '@nats-io/transport-node';
import { readMessages } from '../../engine/verify/read-messages.ts';
import { decode } from '../../schemas/codec.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import type { TcaMessage } from '../../schemas/tca-message.ts';

/** What engines have written to a log, as texts that do not name the log. */
export interface LogOutputs {
  /** Sorted, since partitions write side by side. */
  readonly deadLetters: readonly string[];
  /** Sorted likewise. */
  readonly analyses: readonly string[];
  /** Changes of tiers, in the order of the audit log. */
  readonly tiers: readonly string[];
}

export async function readOutputs(nc: NatsConnection, names: LogNames): Promise<LogOutputs> {
  const deadLetters: string[] = [];
  for await (const { data } of readMessages(nc, names.deadLetterStream)) {
    const { partition, sequence, index, detail } = decode(data) as Record<string, unknown>;
    deadLetters.push(`${partition} ${sequence} ${index} ${detail}`);
  }
  const analyses: string[] = [];
  for await (const { data } of readMessages(nc, names.tcaStream)) {
    analyses.push(JSON.stringify(decode(data) as TcaMessage));
  }
  const tiers: string[] = [];
  const subject = names.audit('tiers');
  for await (const { data } of readMessages(nc, names.decisionStream, { subject })) {
    tiers.push(Buffer.from(data).toString('utf8'));
  }
  return { deadLetters: deadLetters.sort(), analyses: analyses.sort(), tiers };
}
