import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Refusal } from '../../schemas/validate.ts';
import type { Line } from './lines.ts';

/** An event that a row says, and whether it is said only once though many rows say it. */
export interface MappedEvent {
  readonly event: FirstcallEvent;
  readonly isOnce: boolean;
}

/** What a line came to: events to publish, or why it cannot be used; null for no row at all. */
export type Reading = readonly MappedEvent[] | Refusal | null;

/** Reads the lines of one file in turn; the first may be a header. Throws FirstcallError. */
export interface LineReader {
  /** Events that hold from the beginning and come before those of any row. */
  readonly reference: readonly FirstcallEvent[];
  read(line: Line): Reading;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a line, or why it has none. */
export function textOf(line: Line): string | Refusal {
  if (line.isCut) return { reason: 'undecodable', detail: 'the line is longer than 1 MiB' };
  try {
    return utf8.decode(line.bytes);
  } catch {
    return { reason: 'undecodable', detail: 'the line is not UTF-8' };
  }
}
