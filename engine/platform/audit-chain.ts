import { createHash } from 'node:crypto';
import { headers, type MsgHdrs } from '@nats-io/transport-node';

/** Headers of every message of the decision stream: the hash of the one before, and its own. */
export const PREVIOUS_HEADER = 'Firstcall-Previous';
export const HASH_HEADER = 'Firstcall-Hash';
export const MESSAGE_ID_HEADER = 'Nats-Msg-Id';

/** What the first message of a chain has for a previous hash. */
export const CHAIN_START = '0'.repeat(64);

const HASH = /^[0-9a-f]{64}$/;

/** Whether a header holds a hash: 64 hexadecimal digits, lower case. */
export function isHash(text: string): boolean {
  return HASH.test(text);
}

/**
 * Hash of a message of the decision stream, 64 hexadecimal digits: SHA-256 over the previous hash,
 * the subject and the message id, each with a line feed behind it, and the payload. ClickHouse
 * computes the same (`schemas/clickhouse/queries/audit_chain.sql`).
 */
export function hashRecord(
  previous: string,
  subject: string,
  messageId: string,
  payload: Uint8Array,
): string {
  return createHash('sha256')
    .update(`${previous}\n${subject}\n${messageId}\n`)
    .update(payload)
    .digest('hex');
}

/** The headers of a record. */
export function linkHeaders(previous: string, hash: string): MsgHdrs {
  const links = headers();
  links.set(PREVIOUS_HEADER, previous);
  links.set(HASH_HEADER, hash);
  return links;
}
