import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Line, MAX_LINE_BYTES, readLines } from './lines.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firstcall-lines-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function linesOf(content: string | Uint8Array): Promise<Line[]> {
  const path = join(folder, 'file');
  await writeFile(path, content);
  const lines: Line[] = [];
  for await (const some of readLines(path)) lines.push(...some);
  return lines;
}

const texts = (lines: readonly Line[]) => lines.map(({ bytes }) => Buffer.from(bytes).toString());

test('lines end with LF or CR LF, the last one with the file', async () => {
  const lines = await linesOf('\ufeffa\r\n\nb\rc\nd');
  expect(texts(lines)).toEqual(['a', '', 'b\rc', 'd']);
  expect(lines.map((line) => line.number)).toEqual([1, 2, 3, 4]);
  expect(texts(await linesOf('a\n'))).toEqual(['a']);
  expect(await linesOf('')).toEqual([]);
});

test('lines survive the chunks they are read in', async () => {
  const wanted = Array.from({ length: 40_000 }, (_, n) => `${n}:${'x'.repeat(n % 40)}`);
  expect(texts(await linesOf(wanted.join('\n')))).toEqual(wanted);
});

test('the event loop turns while a chunk of lines is used up', async () => {
  const path = join(folder, 'file');
  await writeFile(path, 'x\n'.repeat(5_000));
  let [pieces, turns] = [0, 0];
  let ping: NodeJS.Immediate | undefined;
  for await (const lines of readLines(path)) {
    ping ??= setImmediate(function turn() {
      turns++;
      ping = setImmediate(turn);
    });
    const began = performance.now();
    while (performance.now() - began < 3);
    pieces += lines.length > 0 ? 1 : 0;
  }
  clearImmediate(ping);
  expect(turns).toBeGreaterThan(pieces / 10);
});

test('a line without an end is cut, and the next one is whole', async () => {
  const [long, next] = await linesOf(`${'y'.repeat(3 * MAX_LINE_BYTES)}\nz\n`);
  expect(long).toMatchObject({ number: 1, isCut: true });
  expect(long!.bytes.length).toBe(MAX_LINE_BYTES);
  expect(next).toMatchObject({ number: 2, isCut: false });
});

test('a file that is not there is named', async () => {
  const reading = readLines(join(folder, 'absent')).next();
  await expect(reading).rejects.toMatchObject({ code: 'unreadable' });
});
