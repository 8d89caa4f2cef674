import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../../schemas/errors.ts';
import type { InstrumentId, Micros, OrderId } from '../../../schemas/ids.ts';
import type { SelectionAnswer, SelectRequest } from '../../../schemas/selection.ts';
import { numberFlag, requireFlags, textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { describeDecision } from '../describe-decision.ts';
import { askRankings, askSelection } from '../engine-client.ts';
import { engineUrl, URL_FLAG } from '../engine-url.ts';
import { printAnswer } from '../print-answer.ts';

/** How often the watermark is asked for, and how long between. */
const ASKED_MAX = 20;
const ASK_AGAIN_MS = 250;

export const selectCommand: Command = {
  name: 'select',
  summary: 'Ask a running engine whom to call for an order.',
  usage: '--instrument ID --side buy|sell --quantity N [flags]',
  details: ['Prints the recommended dealers in the order of calling, and why.'],
  flags: {
    instrument: { type: 'string', value: 'ID', description: 'Instrument, as in the log.' },
    side: { type: 'string', value: 'SIDE', description: 'buy or sell: what the client does.' },
    quantity: { type: 'string', value: 'N', description: 'Nominal.' },
    count: { type: 'string', value: 'N', description: 'Dealers to recommend. Default: 5.' },
    'order-id': { type: 'string', value: 'ID', description: 'Default: a new one.' },
    'as-of': {
      type: 'string',
      value: 'TIME',
      description:
        'Arrival of the order, ISO 8601, or now. Default: the watermark, ten minutes behind the newest event of the log (unless the model says otherwise), since events may be late.',
    },
    url: URL_FLAG,
    json: { type: 'boolean', description: 'Print the whole answer as JSON.' },
  },
  settings: ['host', 'port'],
  positionals: [0, 0],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const url = engineUrl(invocation);
  const order = readOrder(invocation);
  const tsEvent = readAsOf(textFlag(invocation, 'as-of'));
  const selection =
    tsEvent === null
      ? await askAtWatermark(url, order)
      : await askSelection(url, { ...order, tsEvent });
  printAnswer(invocation, selection, describeAnswer);
  return 0;
}

function describeAnswer(answer: SelectionAnswer): string {
  return `${describeLag(answer)}${describeDecision(answer)}`;
}

/** A lag of the engine is said before all else; empty where there is none to speak of. */
function describeLag({ lagMs }: SelectionAnswer): string {
  if (lagMs === null) return 'warning: the engine does not know how far it is behind the log\n';
  if (lagMs < 1_000) return '';
  return `warning: the engine is ${(lagMs / 1000).toFixed(1)} s behind the log: older scores\n`;
}

function readOrder(invocation: Invocation): Omit<SelectRequest, 'tsEvent'> {
  requireFlags(invocation, ['instrument', 'side', 'quantity']);
  const side = textFlag(invocation, 'side');
  if (side !== 'buy' && side !== 'sell') {
    throw new UsageError(`--side: must be buy or sell, not "${side}"`);
  }
  const count = numberFlag(invocation, 'count', 1, 1000);
  return {
    orderId: (textFlag(invocation, 'order-id') ?? randomUUID()) as OrderId,
    instrumentId: textFlag(invocation, 'instrument') as InstrumentId,
    side,
    quantity: numberFlag(invocation, 'quantity', Number.MIN_VALUE, 1e15)!,
    ...(count === undefined ? {} : { count }),
  };
}

/**
 * While an engine reads a history, its watermark may be long past the one that it said before: then it
 * is asked again.
 */
async function askAtWatermark(
  url: string,
  order: Omit<SelectRequest, 'tsEvent'>,
): Promise<SelectionAnswer> {
  for (let asked = 1; ; asked++) {
    const { asOf } = await askRankings(url, 'ALL');
    try {
      return await askSelection(url, { ...order, tsEvent: asOf });
    } catch (error) {
      if (!isPast(error)) throw error;
      if (asked === ASKED_MAX) throw stillReading(asOf, error);
    }
    await delay(ASK_AGAIN_MS);
  }
}

/** Of the order's fields only the time can be of the past; a message begins with the field. */
function isPast(error: unknown): boolean {
  return (
    error instanceof FirstcallError &&
    error.code === 'badOrder' &&
    error.message.includes(': tsEvent: ')
  );
}

function stillReading(asOf: Micros, cause: unknown): FirstcallError {
  const time = new Date(asOf / 1000).toISOString();
  const message = `the engine is still reading a history, past ${time}; ask again in a moment, or with --as-of now`;
  return new FirstcallError('notReady', message, { cause });
}

/** Null: that of the watermark. */
function readAsOf(text: string | undefined): Micros | null {
  if (text === undefined) return null;
  const ms = text === 'now' ? Date.now() : Date.parse(text);
  if (Number.isNaN(ms) || ms < 0) {
    throw new UsageError(
      `--as-of: must be a time such as 2026-01-31T14:30:00Z, or now, not "${text}"`,
    );
  }
  return (ms * 1000) as Micros;
}
