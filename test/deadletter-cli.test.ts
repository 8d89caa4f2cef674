import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { LetterBox } from '../engine/cli/dead-letters/letter-box.ts';
import { Requeuer } from '../engine/cli/dead-letters/requeue.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { createPublisher, type EventPublisher } from '../engine/platform/publisher.ts';
import { encode } from '../schemas/codec.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import { type LogNames, logNames, partitionOf } from '../schemas/subjects.ts';
import { callCli } from './support/call-cli.ts';
import { startEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { readStream } from './support/streams.ts';

const PARTITIONS = 2;
const HOME = partitionOf('XS1', PARTITIONS);
const OTHER = 1 - HOME;
const now = Date.now() * 1000;

let nats: TestNats;
let nc: NatsConnection;
let names: LogNames;
let publisher: EventPublisher;
let logs = 0;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

beforeEach(async () => {
  names = logNames(`letters${++logs}`);
  await ensureLog(nc, names, PARTITIONS);
  publisher = createPublisher(nc, names);
});

const deadletter = (...args: string[]) =>
  callCli('deadletter', ...args, '--log', names.log, '--nats-url', nats.url);

const tick = (id: string, fields: object = {}): FirstcallEvent =>
  ({ kind: 'tick', id, tsEvent: now, instrumentId: 'XS1', mid: 100, ...fields }) as FirstcallEvent;

/** What a shard refused in partition `partition`. */
function refused(partition: number, event: unknown, sequence: number) {
  const subject = names.events(partition, 'tick');
  return { detail: 'as it was', partition, subject, sequence, index: 0, bytes: encode(event) };
}

/** Letters 1 to 5: one misrouted, one crossed, a row and junk of a feed, one from what was the future. */
async function fiveLetters(): Promise<void> {
  await publisher.deadLetter('misrouted', refused(OTHER, tick('t1'), 7));
  const crossed = tick('t2', { mid: undefined, bid: 101, ask: 99 });
  await publisher.deadLetter('crossed', refused(HOME, crossed, 8));
  const row = { detail: 'f.csv:3: no price\u001b[2J', bytes: Buffer.from('XS1,abc\u001b[31m') };
  await publisher.deadLetter('unmappable', row);
  await publisher.deadLetter('undecodable', { detail: 'junk', bytes: Uint8Array.of(0xc1, 0xff) });
  await publisher.deadLetter('future', refused(HOME, tick('t5'), 9));
  await publisher.flush();
}

const logged = (partition: number) => readStream<FirstcallEvent>(nc, names.stream(partition));

test('list shows the newest first, of one reason if asked, and counts the rest', async () => {
  expect((await deadletter('list')).stdout).toBe('there are no dead letters\n');
  await fiveLetters();
  const all = await deadletter('list');
  expect(all.code).toBe(0);
  const lines = all.stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^letter +time +reason +from +subject +requeued +detail$/);
  const rows = lines.slice(1, -1).map((line) => line.trim().split(/ {2,}/));
  expect(rows.map(([sequence, , reason]) => [sequence, reason])).toEqual([
    ['5', 'future'],
    ['4', 'undecodable'],
    ['3', 'unmappable'],
    ['2', 'crossed'],
    ['1', 'misrouted'],
  ]);
  expect(rows[2]!.slice(3)).toEqual(['feed', '-', '-', 'f.csv:3: no price\\x1b[2J']);
  expect(rows[4]!.slice(3)).toEqual([
    ...[String(OTHER), names.events(OTHER, 'tick'), '-', 'as it was'],
  ]);
  expect(lines.at(-1)).toBe('5 of 5 letters');
  expect((await deadletter('list', '--limit', '2')).stdout).toMatch(/2 of 5 letters\n$/);
  const json = await deadletter('list', '--reason', 'crossed', '--json');
  const { count, letters } = JSON.parse(json.stdout);
  expect(count).toBe(1);
  expect(letters[0]).toMatchObject({ sequence: 2, messageSequence: 8, requeued: null });
});

test('show prints all of a letter: decoded, as text or in hexadecimal, and whether it passes now', async () => {
  await fiveLetters();
  const pages: string[] = [];
  for (const letter of ['1', '2', '3', '4']) {
    pages.push((await deadletter('show', letter)).stdout);
  }
  const [first, second, third, fourth] = pages;
  expect(first).toContain(`event 0 of message 7 (${names.events(OTHER, 'tick')})`);
  expect(first).toContain('\nnow       passes\n');
  expect(first).toContain('"instrumentId": "XS1"');
  expect(second).toContain('now       crossed: tick: ask 99 is not above bid 101');
  expect(third).toContain('\nfrom      a feed\n');
  expect(third).toMatch(/\n\nXS1,abc\\x1b\[31m\n$/);
  expect(fourth).toMatch(/\nbytes {5}2\n\nc1ff\n$/);
  const absent = await deadletter('show', '99');
  expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining('no dead letter 99') });
});

test('requeue publishes what passes to where it belongs, once, and says why the rest does not', async () => {
  await fiveLetters();
  const first = await deadletter('requeue', '1', '2', '99');
  expect(first.stdout.split('\n')).toEqual([
    `1: requeued, message 1 of ${names.events(HOME, 'tick')}`,
    '2: still refused: crossed: tick: ask 99 is not above bid 101',
    '99: there is no such letter',
    '1 requeued, 0 earlier, 1 still refused',
    '',
  ]);
  expect(first.code).toBe(1);
  expect(await logged(HOME)).toEqual([tick('t1')]);
  expect(await logged(OTHER)).toEqual([]);

  const future = await deadletter('requeue', '--all', '--reason', 'future', '--json');
  expect(future.code).toBe(0);
  expect(JSON.parse(future.stdout)).toMatchObject({ outcome: 'requeued', sequence: 5 });

  const again = await deadletter('requeue', '--all');
  expect(again.stdout).toMatch(/^1: was requeued earlier, message 1 of/);
  expect(again.stdout).toContain('\n0 requeued, 2 earlier, 3 still refused\n');
  expect(again.code).toBe(1);
  expect(await logged(HOME)).toEqual([tick('t1'), tick('t5')]);
  expect((await readStream(nc, names.deadLetterStream)).length).toBe(5);
  const marks = JSON.parse((await deadletter('list', '--json')).stdout).letters;
  expect(marks.map(({ requeued }: { requeued: object | null }) => requeued !== null)).toEqual([
    ...[true, false, false, false, true],
  ]);
});

test('two who requeue at once, and letters of the same event, publish it once', async () => {
  await publisher.deadLetter('misrouted', refused(OTHER, tick('t1'), 7));
  await publisher.deadLetter('misrouted', refused(OTHER, tick('t1'), 8));
  await publisher.flush();
  const requeueOne = async () => {
    const box = await LetterBox.open(nc, names);
    const letter = await box.get(1);
    return await new Requeuer(nc, names, PARTITIONS, box).requeue(letter!);
  };
  await Promise.all([requeueOne(), requeueOne()]);
  await deadletter('requeue', '2');
  expect(await logged(HOME)).toEqual([tick('t1')]);
});

test('a message of several events is requeued whole or not at all', async () => {
  const events = [tick('t1'), tick('t2'), { kind: 'tick' }];
  await publisher.deadLetter('undecodable', { detail: 'three', bytes: encode(events) });
  const dealer = { kind: 'dealer', id: 'd', tsEvent: now, dealerId: 'ALDER', enabled: true };
  const mixed = JSON.stringify([tick('t3'), dealer]);
  await publisher.deadLetter('undecodable', { detail: 'two', bytes: Buffer.from(mixed) });
  await publisher.flush();
  const { stdout } = await deadletter('requeue', '--all');
  expect(stdout).toMatch(/^1: still refused: invalid: tick/);
  expect(await logged(HOME)).toEqual([tick('t3')]);
  expect(await readStream(nc, names.stream('all'))).toEqual([dealer]);
});

test('what an engine has refused as misrouted counts once it is requeued, and is refused no more', async () => {
  const { engine, close } = await startEngine(nats.url, names, { partitions: PARTITIONS });
  const counted = (name: string) =>
    Number(new RegExp(`^${name} (.*)$`, 'm').exec(engine.metrics())?.[1]);
  await publisher.publish(OTHER, 'tick', [tick('t1')]);
  await publisher.flush();
  const letters = async () => JSON.parse((await deadletter('list', '--json')).stdout).count;
  await until(async () => (await letters()) === 1);
  // The letter is in the log before the partition's counts are on the board.
  await until(() => counted('firstcall_dead_letters_total') === 1);
  const before = counted('firstcall_events_applied_total');
  expect((await deadletter('requeue', '--all')).stdout).toContain(names.events(HOME, 'tick'));
  await until(() => counted('firstcall_events_applied_total') === before + 1);
  expect(counted('firstcall_dead_letters_total')).toBe(1);
  await close();
});

test('it says what it was called wrong with', async () => {
  const cases = [
    [['burn'], 'there are list, show, requeue'],
    [['requeue'], 'requeue LETTER...'],
    [['requeue', '--all', '1'], 'requeue LETTER...'],
    [['requeue', '1', '--reason', 'future'], '--reason goes with --all'],
    [['list', '--reason', 'bad'], 'must be one of undecodable'],
    [['show', 'x'], '"x" is no number of a letter'],
  ] as const;
  for (const [args, message] of cases) {
    const { code, stderr } = await deadletter(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  }
  const absent = await callCli('deadletter', 'list', '--log', 'absent', '--nats-url', nats.url);
  expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining('has no log "absent"') });
});
