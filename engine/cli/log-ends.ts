import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { decode } from '../../schemas/codec.ts';
import type { LogSequences } from '../../schemas/selection.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { connectNats } from '../platform/log.ts';
import { readLogPosition } from '../platform/log-position.ts';

/** How many dead letters of one reason there are, and what was wrong with the first. */
export interface DeadLetterCount {
  readonly reason: string;
  readonly count: number;
  readonly first: string;
}

/** What a log holds: its last sequences and what was refused. */
export interface LogEnds {
  readonly position: LogSequences;
  readonly deadLetters: readonly DeadLetterCount[];
}

/** Reads the ends of a log once, over a connection of its own. */
export async function readLogEnds(
  url: string,
  names: LogNames,
  partitions: number,
): Promise<LogEnds> {
  const nc = await connectNats(url, 'firstcall-log-ends');
  try {
    const position = await readLogPosition(nc, names, partitions);
    const jsm = await jetstreamManager(nc);
    return { position, deadLetters: await countLetters(jsm, names) };
  } finally {
    await nc.close();
  }
}

/** By reason; the subject also says where a letter was refused, which does not matter here. */
async function countLetters(jsm: JetStreamManager, names: LogNames): Promise<DeadLetterCount[]> {
  const stream = names.deadLetterStream;
  const { state } = await jsm.streams.info(stream, { subjects_filter: '>' });
  const counts = new Map<string, DeadLetterCount & { readonly sequence: number }>();
  for (const [subject, letters] of Object.entries(state.subjects ?? {})) {
    const query = { seq: state.first_seq, next_by_subj: subject };
    const letter = await jsm.streams.getMessage(stream, query);
    if (letter === null) continue;
    const reason = subject.slice(`${names.root}.deadletter.`.length).split('.')[0]!;
    const known = counts.get(reason);
    const count = letters + (known?.count ?? 0);
    const isFirst = known === undefined || letter.seq < known.sequence;
    const first = isFirst ? { first: detailOf(letter.data), sequence: letter.seq } : known;
    counts.set(reason, { ...first, reason, count });
  }
  return [...counts.values()];
}

function detailOf(bytes: Uint8Array): string {
  const letter = decode(bytes) as { detail?: unknown } | null;
  return typeof letter?.detail === 'string' ? letter.detail : '';
}

/**
 * Messages of the numbered partitions in `ends` that a reader at `position` has yet to apply. Those of
 * `all` are not counted: a partition's message that needs them is itself not applied before they are,
 * and the position of `all` is only noted when a partition moves.
 */
export function messagesBehind(position: LogSequences, ends: LogSequences): number {
  return ends.partitions
    .map((last, partition) => Math.max(0, last - (position.partitions[partition] ?? 0)))
    .reduce((sum, behind) => sum + behind, 0);
}
