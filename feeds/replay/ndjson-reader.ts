import { decodeJson } from '../../schemas/codec.ts';
import { valuesOf } from '../../schemas/codec-table.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { type Refusal, refuseEvent } from '../../schemas/validate.ts';
import type { Line } from './lines.ts';
import { type LineReader, type Reading, textOf } from './reading.ts';

/** Reads newline-delimited JSON: one event, or an array or table of events, on each line. */
export const ndjsonReader: LineReader = {
  reference: [],
  read(line: Line): Reading {
    const text = textOf(line);
    if (typeof text !== 'string') return text;
    if (text.trim() === '') return null;
    const value = parse(text);
    if ('refusal' in value) return value.refusal;
    for (const event of value.events) {
      const refusal = refuseEvent(event);
      if (refusal !== null) return refusal;
    }
    return value.events.map((event) => ({ event: event as FirstcallEvent, isOnce: false }));
  },
};

function parse(text: string): { events: readonly unknown[] } | { refusal: Refusal } {
  try {
    return { events: valuesOf(decodeJson(text)) };
  } catch (error) {
    if (!(error instanceof FirstcallError)) throw error;
    return { refusal: { reason: 'undecodable', detail: error.message } };
  }
}
