import { decode } from '../../../schemas/codec.ts';
import type { Micros } from '../../../schemas/ids.ts';
import type { Refusal } from '../../../schemas/validate.ts';
import { type Column, formatTable } from '../table.ts';
import type { RequeueMark, StoredLetter } from './letter-box.ts';
import type { RequeueOutcome } from './requeue.ts';

/** A letter, and whether it was requeued. */
export interface MarkedLetter {
  readonly letter: StoredLetter;
  readonly mark: RequeueMark | null;
}

const DETAIL_CHARACTERS = 80;
const TEXT_CHARACTERS_MAX = 4_000;
const HEX_BYTES_MAX = 512;
const HEX_BYTES_PER_LINE = 32;

export function letterTable(letters: readonly MarkedLetter[]): string {
  return formatTable(COLUMNS, letters);
}

/** All of a letter. `verdict`: why it would be refused now; null if it would not be. */
export function letterPage({ letter, mark }: MarkedLetter, verdict: Refusal | null): string {
  const { sequence, tsLog, reason, detail, bytes } = letter;
  const now = verdict === null ? 'passes' : lineOf(`${verdict.reason}: ${verdict.detail}`);
  return [
    `letter ${sequence}, ${timeOf(tsLog)}`,
    `reason    ${lineOf(reason)}`,
    `detail    ${lineOf(detail)}`,
    `from      ${originOf(letter)}`,
    `requeued  ${mark === null ? 'no' : `${timeOf(mark.tsRequeued)}, ${placesOf(mark.messages)}`}`,
    `now       ${now}`,
    `bytes     ${bytes.length}`,
    '',
    contentOf(bytes),
  ].join('\n');
}

export function outcomeLine(outcome: RequeueOutcome): string {
  const { sequence } = outcome;
  switch (outcome.outcome) {
    case 'requeued':
      return `${sequence}: requeued, ${placesOf(outcome.messages)}`;
    case 'requeuedEarlier':
      return `${sequence}: was requeued earlier, ${placesOf(outcome.messages)}`;
    case 'stillRefused': {
      const { reason, detail } = outcome.refusal;
      return lineOf(`${sequence}: still refused: ${reason}: ${detail}`);
    }
    case 'noLetter':
      return `${sequence}: there is no such letter`;
  }
}

/** A letter for machines. */
export function letterJson({ letter, mark }: MarkedLetter) {
  const { bytes, tsLog, ...facts } = letter;
  const requeued =
    mark === null ? null : { time: timeOf(mark.tsRequeued), messages: mark.messages };
  return {
    ...facts,
    time: timeOf(tsLog),
    requeued,
    bytesBase64: Buffer.from(bytes).toString('base64'),
  };
}

const COLUMNS: readonly Column<MarkedLetter>[] = [
  { title: 'letter', align: 'right', text: ({ letter }) => String(letter.sequence) },
  { title: 'time', align: 'left', text: ({ letter }) => timeOf(letter.tsLog) },
  { title: 'reason', align: 'left', text: ({ letter }) => lineOf(letter.reason) },
  { title: 'from', align: 'left', text: ({ letter }) => String(letter.partition ?? 'feed') },
  { title: 'subject', align: 'left', text: ({ letter }) => lineOf(letter.subject ?? '-') },
  { title: 'requeued', align: 'left', text: ({ mark }) => (mark === null ? '-' : 'yes') },
  {
    title: 'detail',
    align: 'left',
    text: ({ letter }) => lineOf(letter.detail).slice(0, DETAIL_CHARACTERS),
  },
];

function originOf({ partition, messageSequence, index, subject }: StoredLetter): string {
  if (partition === undefined) return 'a feed';
  return lineOf(
    `partition ${partition}, event ${index} of message ${messageSequence} (${subject})`,
  );
}

function placesOf(messages: RequeueMark['messages']): string {
  return messages.map(({ subject, sequence }) => `message ${sequence} of ${subject}`).join(', ');
}

const timeOf = (ts: Micros): string => new Date(ts / 1000).toISOString();

/** What the bytes say: as JSON if they decode, else as text, else in hexadecimal; cut where it is long. */
function contentOf(bytes: Uint8Array): string {
  const text = decodedText(bytes) ?? plainText(bytes);
  if (text === null) return hexText(bytes);
  const shown = text.slice(0, TEXT_CHARACTERS_MAX);
  const more = text.length - shown.length;
  return more === 0 ? shown : `${shown}\n... ${more} more characters`;
}

function decodedText(bytes: Uint8Array): string | null {
  try {
    const value = decode(bytes);
    // A text of one character is a small number in MessagePack.
    if (typeof value !== 'object' || value === null) return null;
    return printable(JSON.stringify(value, null, 2));
  } catch {
    return null;
  }
}

function plainText(bytes: Uint8Array): string | null {
  try {
    return printable(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function hexText(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, HEX_BYTES_MAX)).toString('hex');
  const lines = shown.match(new RegExp(`.{1,${2 * HEX_BYTES_PER_LINE}}`, 'g')) ?? [];
  const more = bytes.length - HEX_BYTES_MAX;
  return [...lines, ...(more > 0 ? [`... ${more} more bytes`] : [])].join('\n');
}

/** On one line. */
const lineOf = (text: string): string => printable(text.replace(/\s+/g, ' '));

/** Letters hold what strangers sent: no control character of theirs reaches a terminal. */
function printable(text: string): string {
  return text.replace(
    /[^\P{Cc}\n\t]/gu,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
