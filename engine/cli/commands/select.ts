import { randomUUID } from 'node:crypto';
import type { InstrumentId, Micros, OrderId } from '../../../schemas/ids.ts';
import type { SelectionAnswer, SelectRequest } from '../../../schemas/selection.ts';
import { numberFlag, requireFlags, textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { describeDecision } from '../describe-decision.ts';
import { askRankings, askSelection } from '../engine-client.ts';
import { engineUrl, URL_FLAG } from '../engine-url.ts';
import { printAnswer } from '../print-answer.ts';

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
  const order = await readOrder(invocation, url);
  const selection = await askSelection(url, order);
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

async function readOrder(invocation: Invocation, url: string): Promise<SelectRequest> {
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
    tsEvent: await readAsOf(textFlag(invocation, 'as-of'), url),
    ...(count === undefined ? {} : { count }),
  };
}

async function readAsOf(text: string | undefined, url: string): Promise<Micros> {
  if (text === undefined) return (await askRankings(url, 'ALL')).asOf;
  const ms = text === 'now' ? Date.now() : Date.parse(text);
  if (Number.isNaN(ms) || ms < 0) {
    throw new UsageError(
      `--as-of: must be a time such as 2026-01-31T14:30:00Z, or now, not "${text}"`,
    );
  }
  return (ms * 1000) as Micros;
}
