import { CHAIN_FAULT_NAMES, type ChainReport } from '../../../schemas/chain-report.ts';
import { FirstcallError } from '../../../schemas/errors.ts';
import { checkChain } from '../../verify/check-chain.ts';
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
  const report = await checkChain(natsUrl, config.log);
  printAnswer(invocation, report, describe);
  return report.faultCount === 0 ? 0 : 1;
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
    ...faults.map(
      ({ sequence, words, kind }) => `record ${sequence}: ${words} (${CHAIN_FAULT_NAMES[kind]})`,
    ),
    ...(more > 0 ? [`and ${more} more`] : []),
    faultCount === 0
      ? 'the chain is whole'
      : `${faultCount} ${faultCount === 1 ? 'fault' : 'faults'}`,
    '',
  ].join('\n');
}
