import { FirstcallError } from '../../../schemas/errors.ts';
import { logNames } from '../../../schemas/subjects.ts';
import { type ChainReport, verifyChain } from '../../audit/verify-chain.ts';
import { connectNats, readPartitions } from '../../platform/log.ts';
import { HistoryClient } from '../../verify/history-client.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { logNatsUrl } from '../log-process.ts';
import { printAnswer } from '../print-answer.ts';

export const auditCommand: Command = {
  name: 'audit',
  summary: 'Check that nobody has changed the record of decisions.',
  usage: 'verify [--log NAME] [--nats-url URL] [flags]',
  details: [
    'Walks the whole decision stream: decisions, overrides and whatever else is audited. Each record names the hash of the one before; the walk computes every hash again, and finds records that were edited, deleted, moved or put in. The copy in ClickHouse must have the same hashes, and give them when SQL computes them from its rows; without a history process it is not compared.',
    'Prints how many records were checked, the hash of the last one, and each fault; the exit code is 1 when there is any. Who can write to the stream and to ClickHouse could make a whole chain anew: keep the printed hash somewhere else, and compare it.',
  ],
  flags: { json: { type: 'boolean', description: 'Print the report as JSON.' } },
  settings: ['log', 'natsUrl', 'storeDir'],
  positionals: [1, 1],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { config } = invocation;
  const [word] = invocation.positionals;
  if (word !== 'verify') throw new UsageError(`audit: unknown word "${word}"; there is verify`);
  const natsUrl = logNatsUrl(config);
  if (natsUrl === null) {
    const message = `natsUrl: no NATS server runs in ${config.storeDir}; name the one of the log with --nats-url`;
    throw new FirstcallError('noConfig', message);
  }
  const names = logNames(config.log);
  const nc = await connectNats(natsUrl, 'firstcall-audit');
  try {
    if ((await readPartitions(nc, names)) === null) {
      const message = `${natsUrl} has no log "${config.log}": name one with --log`;
      throw new FirstcallError('noLog', message);
    }
    const history = new HistoryClient(nc, names);
    const report = await verifyChain(nc, names, (query, parameters) =>
      history.ask(query, parameters),
    );
    printAnswer(invocation, report, describe);
    return report.faultCount === 0 ? 0 : 1;
  } finally {
    await nc.close();
  }
}

function describe(report: ChainReport): string {
  const { records, lastSequence, head, faults, faultCount, copy, notCompared } = report;
  const compared =
    copy === null
      ? `ClickHouse was not compared: ${notCompared}`
      : `ClickHouse: ${copy.compared} records compared, all up to ${copy.through}`;
  const more = faultCount - faults.length;
  return [
    `${records} records checked, up to ${lastSequence}`,
    `head ${head}`,
    compared,
    ...faults.map(({ sequence, words, kind }) => `record ${sequence}: ${words} (${NAMES[kind]})`),
    ...(more > 0 ? [`and ${more} more`] : []),
    faultCount === 0
      ? 'the chain is whole'
      : `${faultCount} ${faultCount === 1 ? 'fault' : 'faults'}`,
    '',
  ].join('\n');
}

const NAMES: Readonly<Record<ChainReport['faults'][number]['kind'], string>> = {
  edited: 'edited',
  missing: 'missing',
  outOfOrder: 'out of order',
  notChained: 'not chained',
  differsInClickHouse: 'differs in ClickHouse',
};
