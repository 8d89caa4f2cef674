import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SpoolFile } from './spool-file.ts';
import { SPOOL_MAGIC, type SpooledMessage, scanSpool } from './spool-record.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firstcall-spool-'));
  path = join(folder, 'feed.spool');
});

afterEach(() => rmSync(folder, { recursive: true }));

function spooled(n: number): SpooledMessage {
  const bytes = Uint8Array.from([n, 2, 3]);
  const message = { subject: `s.${n}`, bytes, messageId: `id-${n}`, eventCount: n };
  return { stream: `STREAM_${n % 2}`, message };
}

function readAll(file: SpoolFile): SpooledMessage[] {
  const all: SpooledMessage[] = [];
  for (let next = file.next(); next !== null; next = file.next()) all.push(next);
  return all;
}

/** Writes messages 1 to `count`; the size of the file after each, and before the first. */
function fill(count: number): number[] {
  const file = new SpoolFile(path);
  const sizes = [file.bytes];
  for (let n = 1; n <= count; n++) {
    file.append(spooled(n));
    sizes.push(file.bytes);
  }
  file.close();
  return sizes;
}

/** Opens a spool with this content in a place of its own; what was found, and what can be read. */
function openOne(content: Uint8Array) {
  const place = mkdtempSync(join(folder, 'one-'));
  writeFileSync(join(place, 'feed.spool'), content);
  const file = new SpoolFile(join(place, 'feed.spool'));
  const read = readAll(file);
  file.append(spooled(9));
  const appended = file.next();
  file.close();
  expect(appended).toEqual(spooled(9));
  const others = readdirSync(place).filter((name) => name !== 'feed.spool');
  const kept = others.map((name) => readFileSync(join(place, name)));
  rmSync(place, { recursive: true });
  return { found: file.found, read, kept };
}

test('messages come out as they went in, in this process and in the next', async () => {
  const file = new SpoolFile(path);
  expect(file.found).toEqual({ messages: 0, tornBytes: 0, damaged: 0, keptAs: null });
  file.append(spooled(1));
  file.append(spooled(2));
  expect(file.next()).toEqual(spooled(1));
  file.append(spooled(3));
  expect(file.isRead).toBe(false);
  expect(readAll(file)).toEqual([spooled(2), spooled(3)]);
  expect(file.isRead).toBe(true);
  await file.sync();
  file.close();
  const again = new SpoolFile(path);
  expect(again.found.messages).toBe(3);
  expect(readAll(again)).toEqual([1, 2, 3].map(spooled));
  again.clear();
  expect([again.bytes, again.isRead, again.next()]).toEqual([SPOOL_MAGIC.length, true, null]);
  again.append(spooled(4));
  expect(readAll(again)).toEqual([spooled(4)]);
  again.close();
});

test('a message of the largest size fits', () => {
  const file = new SpoolFile(path);
  const { stream, message } = spooled(1);
  const large = { stream, message: { ...message, bytes: new Uint8Array(1 << 20).fill(7) } };
  file.append(large);
  const { bytes } = file.next()!.message;
  expect(Buffer.compare(bytes, large.message.bytes)).toBe(0);
  file.close();
});

test('of a file that is cut off anywhere the whole messages are read, and more can be appended', () => {
  const sizes = fill(3);
  const content = readFileSync(path);
  for (let length = 0; length <= content.length; length++) {
    const whole = sizes.filter((size) => size <= length).length - 1;
    const { found, read } = openOne(content.subarray(0, length));
    expect(read).toEqual([1, 2, 3].slice(0, Math.max(0, whole)).map(spooled));
    expect(found.damaged).toBe(0);
    expect(found.tornBytes).toBe(whole < 0 ? 0 : length - sizes[whole]!);
  }
});

test('every flip of a single bit is found, and costs no other message that can still be told', () => {
  const sizes = fill(3);
  const content = readFileSync(path);
  const records = sizes.slice(1).map((end, i) => [sizes[i]!, end] as const);
  for (let bit = 0; bit < content.length * 8; bit++) {
    const at = bit >> 3;
    const flipped = Buffer.from(content);
    flipped[at]! ^= 1 << (bit & 7);
    const read = (offset: number, length: number) => flipped.subarray(offset, offset + length);
    const hit = records.findIndex(([begin, end]) => at >= begin && at < end);
    const isLengthLost = hit >= 0 && at - records[hit]![0] < 8;
    const left = records.filter((_, i) => (isLengthLost ? i < hit : hit >= 0 && i !== hit));
    const wanted = { whole: left, tornBytes: 0, damaged: 1 };
    expect(scanSpool(read, flipped.length), `bit ${bit}`).toEqual(wanted);
  }
});

test('what is damaged is kept aside, and the rest goes on', () => {
  const [, first, second] = fill(3);
  for (const [at, numbers] of [
    [3, []],
    [first! + 1, [1]],
    [second! - 1, [1, 3]],
  ] as const) {
    const flipped = readFileSync(path);
    flipped[at]! ^= 1;
    const { found, read, kept } = openOne(flipped);
    expect(found).toMatchObject({ messages: numbers.length, damaged: 1, tornBytes: 0 });
    expect(read).toEqual(numbers.map(spooled));
    expect(kept).toEqual([flipped]);
  }
});

test('a tail of zeros, as a power cut can leave one, is damage', () => {
  fill(2);
  const { found, read } = openOne(Buffer.concat([readFileSync(path), Buffer.alloc(64)]));
  expect(found.damaged).toBe(1);
  expect(read).toEqual([1, 2].map(spooled));
});

test('one process has it, and what cannot be opened is refused with the setting to change', () => {
  const file = new SpoolFile(path);
  expect(() => new SpoolFile(path)).toThrow(expect.objectContaining({ code: 'storeInUse' }));
  file.close();
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(join(folder, 'file'), '');
  const wrong = () => new SpoolFile(join(folder, 'file', 'feed.spool'));
  expect(wrong).toThrow(expect.objectContaining({ code: 'spoolUnusable' }));
  expect(wrong).toThrow(/spoolDir/);
});

test('what the disk refuses is not in the file, and what it takes again is', () => {
  const file = new SpoolFile(path);
  file.append(spooled(1));
  // A handler, or the signal would end us: the write then fails.
  const ignore = () => {};
  process.on('SIGXFSZ', ignore);
  limitFileSize(String(file.bytes + 20));
  try {
    const refused = expect.objectContaining({ code: 'spoolFailed' });
    expect(() => file.append(spooled(2))).toThrow(refused);
  } finally {
    limitFileSize('unlimited');
    process.off('SIGXFSZ', ignore);
  }
  file.append(spooled(3));
  expect(readAll(file)).toEqual([spooled(1), spooled(3)]);
  file.close();
});

function limitFileSize(soft: string): void {
  const args = ['--pid', String(process.pid), `--fsize=${soft}:unlimited`];
  expect(spawnSync('prlimit', args).status).toBe(0);
}
