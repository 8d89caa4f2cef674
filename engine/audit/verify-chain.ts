import { type JsMsg, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { ChainFault, ChainReport } from '../../schemas/chain-report.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { HASH_HEADER, MESSAGE_ID_HEADER, PREVIOUS_HEADER } from '../platform/audit-chain.ts';
import { readStreamUpTo } from '../platform/read-stream.ts';
import { type AskHistory, ChainCopy } from './chain-copy.ts';
import { type ChainMessage, ChainVerifier } from './chain-verifier.ts';

/** Faults that are told one by one; the others are counted. */
const FAULTS_MAX = 1_000;

/**
 * Checks the whole decision stream of a log as it stands now, and its copy in ClickHouse if `ask`
 * gets an answer. Memory stays bounded however long the stream is. Rejects with the client's errors.
 */
export async function verifyChain(
  nc: NatsConnection,
  names: LogNames,
  ask: AskHistory | null,
): Promise<ChainReport> {
  const faults: ChainFault[] = [];
  let faultCount = 0;
  const onFault = (fault: ChainFault) => {
    faultCount += 1;
    if (faults.length < FAULTS_MAX) faults.push(fault);
  };
  const { copy, notCompared } = await openCopy(names, ask, onFault);
  // After the copy's position, so that the stream is at least as far.
  const jsm = await jetstreamManager(nc);
  const { state } = await jsm.streams.info(names.decisionStream);
  const verifier = new ChainVerifier(onFault);
  const lastSequence = state.messages > 0 ? state.last_seq : 0;
  for await (const each of readStreamUpTo(nc, names.decisionStream, lastSequence)) {
    const message = chainMessageOf(each);
    verifier.add(message);
    await copy?.compare(message);
  }
  verifier.end(state.last_seq);
  if ((copy?.through ?? 0) >= state.last_seq) await copy?.end();
  return {
    records: verifier.records,
    lastSequence: state.last_seq,
    head: verifier.head,
    faults,
    faultCount,
    copy: copy === null ? null : { compared: copy.compared, through: copy.through },
    notCompared,
  };
}

async function openCopy(
  names: LogNames,
  ask: AskHistory | null,
  onFault: (fault: ChainFault) => void,
): Promise<{ copy: ChainCopy | null; notCompared: string }> {
  if (ask === null) return { copy: null, notCompared: 'it was not asked for' };
  try {
    const positions = await ask('positions');
    const own = positions.find(({ stream }) => stream === names.decisionStream);
    const copy = new ChainCopy(ask, Number(own?.sequence ?? 0), onFault);
    return { copy, notCompared: '' };
  } catch (error) {
    if (!(error instanceof FirstcallError) || error.code !== 'noHistory') throw error;
    return { copy: null, notCompared: error.message };
  }
}

/** A message of the decision stream, with what its headers say. */
export function chainMessageOf(message: JsMsg): ChainMessage {
  const header = (name: string) => message.headers?.get(name) ?? '';
  return {
    sequence: message.seq,
    subject: message.subject,
    messageId: header(MESSAGE_ID_HEADER),
    previous: header(PREVIOUS_HEADER),
    hash: header(HASH_HEADER),
    payload: message.data,
  };
}
