import { FirstcallError } from '../../../schemas/errors.ts';
import { logNames } from '../../../schemas/subjects.ts';
import { DEAD_LETTER_REASONS } from '../../../schemas/validate.ts';
import { connectNats, readPartitions } from '../../platform/log.ts';
import { numberFlag, textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import {
  letterJson,
  letterPage,
  letterTable,
  outcomeLine,
} from '../dead-letters/describe-letter.ts';
import { LetterBox, type StoredLetter } from '../dead-letters/letter-box.ts';
import { type RequeueOutcome, Requeuer } from '../dead-letters/requeue.ts';
import { logNatsUrl } from '../log-process.ts';
import { printAnswer } from '../print-answer.ts';
import { readVerb, wordsAfter } from './records.ts';

const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 10_000;
const LETTERS_MAX = 1_000;

export const deadletterCommand: Command = {
  name: 'deadletter',
  summary: 'What was refused: list it, show a letter, publish what would now pass.',
  usage: 'list | show LETTER | requeue LETTER... | requeue --all [flags]',
  details: [
    'A dead letter is an event or a message that was refused, with its reason and its bytes. list shows the newest letters first; show prints all of one, its content and whether it would pass now.',
    'requeue checks letters again, and publishes those that pass now to where they belong, under the ids of their events: what was from the future, came to a wrong partition, or is allowed by a newer version. It says for each what happened. A letter is never deleted: once the log has its events it is marked, and not published a second time. What still fails stays as it is; the exit code is then 1.',
    'An event that is older than the watermark by now is late: it is counted, and changes no score.',
  ],
  flags: {
    all: { type: 'boolean', description: 'Requeue every letter, oldest first.' },
    reason: {
      type: 'string',
      value: 'REASON',
      description: `Only letters of this reason: ${DEAD_LETTER_REASONS.join(', ')}.`,
    },
    limit: {
      type: 'string',
      value: 'N',
      description: `How many letters are listed. Default: ${LIMIT_DEFAULT}.`,
    },
    json: {
      type: 'boolean',
      description: 'Print JSON, the bytes of letters in base64; of requeue a line for each letter.',
    },
  },
  settings: ['log', 'natsUrl', 'storeDir'],
  positionals: [1, LETTERS_MAX + 1],
  run,
};

/** What each word works with. */
interface Desk {
  readonly box: LetterBox;
  readonly requeuer: Requeuer;
}

async function run(invocation: Invocation): Promise<number> {
  const word = readVerb('deadletter', invocation.positionals[0]!, ['list', 'show', 'requeue']);
  const command = { list: readList, show: readShow, requeue: readRequeue }[word]!(invocation);
  const { config } = invocation;
  const natsUrl = logNatsUrl(config);
  if (natsUrl === null) {
    const message = `natsUrl: no NATS server runs in ${config.storeDir}; name the one of the log with --nats-url`;
    throw new FirstcallError('noConfig', message);
  }
  const names = logNames(config.log);
  const nc = await connectNats(natsUrl, 'firstcall-deadletter');
  try {
    const partitions = await readPartitions(nc, names);
    if (partitions === null) {
      const message = `${natsUrl} has no log "${config.log}": name one with --log`;
      throw new FirstcallError('noLog', message);
    }
    const box = await LetterBox.open(nc, names);
    return await command({ box, requeuer: new Requeuer(nc, names, partitions, box) });
  } finally {
    await nc.close();
  }
}

function readList(invocation: Invocation): (desk: Desk) => Promise<number> {
  wordsAfter(invocation, 'deadletter list [--reason R] [--limit N]', 0);
  const isWanted = readReason(invocation);
  const limit = numberFlag(invocation, 'limit', 1, LIMIT_MAX) ?? LIMIT_DEFAULT;
  return async ({ box }) => {
    const newest: StoredLetter[] = [];
    let count = 0;
    for await (const letter of box.read()) {
      if (!isWanted(letter)) continue;
      count += 1;
      newest.push(letter);
      if (newest.length > limit) newest.shift();
    }
    const letters = await Promise.all(
      newest.reverse().map(async (letter) => ({ letter, mark: await box.markOf(letter) })),
    );
    printAnswer(invocation, { count, letters: letters.map(letterJson) }, () =>
      count === 0
        ? 'there are no dead letters'
        : `${letterTable(letters)}${letters.length} of ${count} letters`,
    );
    return 0;
  };
}

function readShow(invocation: Invocation): (desk: Desk) => Promise<number> {
  const [word = ''] = wordsAfter(invocation, 'deadletter show LETTER', 1);
  const sequence = readSequence(word);
  return async ({ box, requeuer }) => {
    const letter = await box.get(sequence);
    if (letter === null) {
      throw new FirstcallError(
        'noLetter',
        `there is no dead letter ${sequence}: see deadletter list`,
      );
    }
    const marked = { letter, mark: await box.markOf(letter) };
    const verdict = requeuer.judge(letter);
    const refusal = 'reason' in verdict ? verdict : null;
    printAnswer(invocation, { ...letterJson(marked), refusedNow: refusal }, () =>
      letterPage(marked, refusal),
    );
    return 0;
  };
}

function readRequeue(invocation: Invocation): (desk: Desk) => Promise<number> {
  const usage = 'deadletter requeue LETTER... | requeue --all [--reason R]';
  const sequences = wordsAfter(invocation, usage, 0, LETTERS_MAX).map(readSequence);
  const isAll = invocation.flags.has('all');
  const isWanted = readReason(invocation);
  if (isAll === sequences.length > 0) throw new UsageError(`use: firstcall ${usage}`);
  if (!isAll && invocation.flags.has('reason')) throw new UsageError('--reason goes with --all');
  return async ({ box, requeuer }) => {
    const outcomes = isAll
      ? requeueAll(box, requeuer, isWanted)
      : requeueEach(box, requeuer, sequences);
    return await tellOutcomes(invocation, outcomes);
  };
}

async function* requeueAll(
  box: LetterBox,
  requeuer: Requeuer,
  isWanted: (letter: StoredLetter) => boolean,
): AsyncGenerator<RequeueOutcome> {
  for await (const letter of box.read()) if (isWanted(letter)) yield await requeuer.requeue(letter);
}

async function* requeueEach(
  box: LetterBox,
  requeuer: Requeuer,
  sequences: readonly number[],
): AsyncGenerator<RequeueOutcome> {
  for (const sequence of sequences) {
    const letter = await box.get(sequence);
    yield letter === null ? { outcome: 'noLetter', sequence } : await requeuer.requeue(letter);
  }
}

/** As they come, since an error may end it half-way. Resolves with the exit code. */
async function tellOutcomes(
  { flags }: Invocation,
  outcomes: AsyncGenerator<RequeueOutcome>,
): Promise<number> {
  const counts = { requeued: 0, requeuedEarlier: 0, stillRefused: 0, noLetter: 0 };
  const isJson = flags.has('json');
  for await (const outcome of outcomes) {
    counts[outcome.outcome] += 1;
    process.stdout.write(`${isJson ? JSON.stringify(outcome) : outcomeLine(outcome)}\n`);
  }
  if (!isJson) {
    const { requeued, requeuedEarlier, stillRefused } = counts;
    const words = `${requeued} requeued, ${requeuedEarlier} earlier, ${stillRefused} still refused`;
    process.stdout.write(`${words}\n`);
  }
  return counts.stillRefused + counts.noLetter > 0 ? 1 : 0;
}

function readReason(invocation: Invocation): (letter: StoredLetter) => boolean {
  const reason = textFlag(invocation, 'reason');
  if (reason === undefined) return () => true;
  if (!DEAD_LETTER_REASONS.some((known) => known === reason)) {
    const known = DEAD_LETTER_REASONS.join(', ');
    throw new UsageError(`--reason: must be one of ${known}, not "${reason}"`);
  }
  return (letter) => letter.reason === reason;
}

function readSequence(word: string): number {
  const sequence = Number(word);
  if (Number.isSafeInteger(sequence) && sequence > 0) return sequence;
  throw new UsageError(`"${word}" is no number of a letter: see deadletter list`);
}
