import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { decode } from '../schemas/codec.ts';
import type { AuditKind, LogNames } from '../schemas/subjects.ts';

/** The newest record of a kind in the audit log, which tells how far earlier engines have written it. */
export async function newestAudit<T>(
  nc: NatsConnection,
  names: LogNames,
  kind: AuditKind,
): Promise<T | null> {
  const jsm = await jetstreamManager(nc);
  const subject = names.audit(kind);
  const message = await jsm.streams.getMessage(names.decisionStream, { last_by_subj: subject });
  return message === null ? null : (decode(message.data) as T);
}
