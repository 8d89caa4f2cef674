import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { logNames } from '../../schemas/subjects.ts';
import { startNats, type TestNats } from '../../test/support/nats.ts';
import { isAtHome, readLog, startProcess, untilExit } from '../test-support/log-contents.ts';

const PARTITIONS = 3;
const ROOT = join(import.meta.dirname, '..', '..');
const DIRTY = join(import.meta.dirname, 'fixtures', 'dirty-quotes.csv');
const MAPPING = join(ROOT, 'examples', 'usdthb-mapping.yaml');
const MINUTE = 60_000_000;

let nats: TestNats;
let folder: string;
beforeAll(async () => {
  nats = await startNats();
  folder = await mkdtemp(join(tmpdir(), 'firstcall-replay-'));
});
afterAll(async () => {
  await nats.stop();
  await rm(folder, { recursive: true });
});

async function replay(...args: string[]) {
  const settings = { natsUrl: nats.url, partitions: PARTITIONS };
  const { code, output } = await untilExit(startProcess('feeds/replay/main.js', args, settings));
  const lines = output.trim().split('\n');
  return { code, output, last: JSON.parse(lines.at(-1) ?? '{}') };
}

const ofKind = (events: readonly { event: FirstcallEvent }[], kind: string) =>
  events.map(({ event }) => event).filter((event) => event.kind === kind);

test('of a dirty file every row is in the log, as events or as a dead letter', async () => {
  const { code, last, output } = await replay(DIRTY, '--mapping', MAPPING, '--log', 'dirty');
  expect(code, output).toBe(0);
  expect(last).toMatchObject({
    rows: 16,
    deadLetters: { crossed: 2, unmappable: 6, invalid: 1, undecodable: 1 },
  });
  const { events, deadLetters } = await readLog(nats.url, logNames('dirty'), PARTITIONS);
  expect(ofKind(events, 'quote').length).toBe(6);
  expect(ofKind(events, 'tick').length).toBe(6);
  expect(ofKind(events, 'instrument').length).toBe(1);
  const dealers = ofKind(events, 'dealer').map(({ id }) => id);
  expect(dealers).toEqual(['dealer-ALDR', 'dealer-BRCH', 'dealer-CEDR']);
  expect(events.filter((each) => !isAtHome(each, PARTITIONS, new Set()))).toEqual([]);
  expect(deadLetters.length).toBe(10);
  expect(deadLetters[0]).toEqual({
    reason: 'crossed',
    detail: 'dirty-quotes.csv:4: quote: ask 35.9 is not above bid 35.9',
    text: '202403040901.0,0,CEDR,35.90,35.90,0',
  });
  expect(deadLetters.map(({ detail }) => detail.split(':')[1])).toEqual(
    [4, 5, 6, 7, 8, 10, 11, 12, 14, 17].map(String),
  );
});

test('time ends late enough for mark-outs to settle, in every partition', async () => {
  const { events } = await readLog(nats.url, logNames('dirty'), PARTITIONS);
  const last = Math.max(...ofKind(events, 'tick').map(({ tsEvent }) => tsEvent));
  for (const partition of [0, 1, 2, 'all']) {
    const clocks = ofKind(
      events.filter((each) => each.partition === partition),
      'clock',
    );
    expect(clocks.at(-1)!.tsEvent).toBe(last + 41 * MINUTE);
  }
});

test('a log that holds events is not written to by mistake', async () => {
  const again = await replay(DIRTY, '--mapping', MAPPING, '--log', 'dirty');
  expect(again.code).toBe(1);
  expect(again.output).toContain('holds events already');
  const appended = await replay(DIRTY, '--mapping', MAPPING, '--log', 'dirty', '--append');
  expect(appended.code).toBe(0);
});

test('events come out of NDJSON as they went in, at a speed if one is asked for', async () => {
  const tick = (n: number) => {
    const tsEvent = Date.UTC(2024, 2, 4) * 1000 + n * MINUTE;
    return { kind: 'tick', id: `t${n}`, tsEvent, instrumentId: `I${n % 5}`, mid: 100 + n };
  };
  const wanted = Array.from({ length: 200 }, (_, n) => tick(n));
  const lines = wanted.map((event) => JSON.stringify(event));
  lines.splice(100, 0, '{"kind":"tick"}', 'no json', JSON.stringify({ ...tick(0), tsEvent: 4e15 }));
  const file = join(folder, 'ticks.ndjson');
  await writeFile(file, lines.join('\n'));
  const { code, last, output } = await replay(file, '--log', 'ticks', '--speed', '100000');
  expect(code, output).toBe(0);
  expect(last.deadLetters).toEqual({ invalid: 1, undecodable: 1, future: 1 });
  const { events, deadLetters } = await readLog(nats.url, logNames('ticks'), PARTITIONS);
  const byTime = ofKind(events, 'tick').toSorted((a, b) => a.tsEvent - b.tsEvent);
  expect(byTime).toEqual(wanted);
  expect(deadLetters.map(({ text }) => text).sort()).toEqual(lines.slice(100, 103).sort());
});

test('what cannot be begun is said, and leaves no log behind', async () => {
  const attempts = [
    [[DIRTY], 'usage'],
    [[DIRTY, '--log', 'none', '--speed', 'slow'], '--speed'],
    [[DIRTY, '--log', 'none', '--mapping', join(folder, 'absent.yaml')], 'absent.yaml'],
    [[DIRTY, '--log', 'none', '--wrong'], '--wrong'],
  ] as const;
  for (const [args, message] of attempts) {
    const { code, output } = await replay(...args);
    expect(code).toBe(1);
    expect(output).toContain(message);
  }
  await expect(readLog(nats.url, logNames('none'), 1)).rejects.toThrow();
});
