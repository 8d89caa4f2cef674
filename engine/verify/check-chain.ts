import type { ChainReport } from '../../schemas/chain-report.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { logNames } from '../../schemas/subjects.ts';
import { verifyChain } from '../audit/verify-chain.ts';
import { connectNats, readPartitions } from '../platform/log.ts';
import { HistoryClient } from './history-client.ts';

/**
 * Verifies the record of decisions of a log, and its copy where a history process answers, over a
 * connection of its own. Rejects with FirstcallError `natsUnreachable`, `noLog` or `streamSilent`.
 */
export async function checkChain(natsUrl: string, log: string): Promise<ChainReport> {
  const names = logNames(log);
  const nc = await connectNats(natsUrl, 'firstcall-audit');
  try {
    if ((await readPartitions(nc, names)) === null) {
      throw new FirstcallError('noLog', `${natsUrl} has no log "${log}": name one with --log`);
    }
    const history = new HistoryClient(nc, names);
    return await verifyChain(nc, names, (query, parameters) => history.ask(query, parameters));
  } finally {
    await nc.close();
  }
}
