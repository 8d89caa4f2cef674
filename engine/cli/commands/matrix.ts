import type { MatrixRow } from '../../../schemas/matrix.ts';
import { textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { askMatrix } from '../engine-client.ts';
import { engineUrl, URL_FLAG } from '../engine-url.ts';
import { printAnswer } from '../print-answer.ts';
import { type Column, formatNumber, formatTable } from '../table.ts';

export const matrixCommand: Command = {
  name: 'matrix',
  summary: 'Every dealer by asset class: hit rate, price, response, reversion, score, tier.',
  usage: '[--asset CLASS] [flags]',
  details: [
    'Estimates as the running engine has them: hit rate of RFQs sent; price improvement and reversion at 30 minutes in bps, positive is good; response in seconds. A dealer without a rank has too little evidence there.',
  ],
  flags: {
    asset: { type: 'string', value: 'CLASS', description: 'One asset class. Default: all.' },
    url: URL_FLAG,
    json: { type: 'boolean', description: 'Print the whole answer as JSON.' },
  },
  settings: ['host', 'port'],
  positionals: [0, 0],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const matrix = await askMatrix(engineUrl(invocation));
  const asset = textFlag(invocation, 'asset');
  const known = [...new Set(matrix.rows.map((row) => row.assetClass))];
  if (asset !== undefined && !known.includes(asset)) {
    throw new UsageError(`--asset ${asset}: there are ${known.join(', ')}`);
  }
  const rows = matrix.rows.filter((row) => asset === undefined || row.assetClass === asset);
  const describe = () =>
    `as of ${new Date(matrix.asOf / 1000).toISOString()}\n\n${formatTable(COLUMNS, rows)}`;
  printAnswer(invocation, { ...matrix, rows }, describe);
  return 0;
}

const number = (title: string, digits: number, of: (row: MatrixRow) => number) => ({
  title,
  align: 'right' as const,
  text: (row: MatrixRow) => formatNumber(of(row), digits),
});

const COLUMNS: readonly Column<MatrixRow>[] = [
  { title: 'asset', align: 'left', text: (row) => row.assetClass },
  { title: 'rank', align: 'right', text: ({ rank }) => (rank === null ? '-' : String(rank)) },
  { title: 'dealer', align: 'left', text: (row) => row.dealerId },
  { title: 'tier', align: 'right', text: ({ tier }) => (tier === null ? '-' : String(tier)) },
  number('hit %', 1, (row) => 100 * row.hitRate),
  number('price bps', 2, (row) => row.priceImprovementBps),
  number('response s', 1, (row) => row.responseSeconds),
  number('reversion bps', 2, (row) => row.reversion30mBps),
  number('composite', 3, (row) => row.composite),
  number('score', 1, (row) => row.displayScore),
];
