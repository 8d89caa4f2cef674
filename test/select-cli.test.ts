import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { callCli } from './support/call-cli.ts';

const START = 1_700_000_000_000_000;
const ORDER = ['--instrument', 'X', '--side', 'buy', '--quantity', '1', '--json'];

let server: Server;
afterEach(() => {
  server.close();
});

/** An engine whose watermark is past what it said `refusals` times. */
async function engineThatReads(refusals: number): Promise<string> {
  let asked = 0;
  server = createServer((request, response) => {
    const isPast = request.url === '/select' && asked++ < refusals;
    const message = 'tsEvent: then is before now, and scores of the past are not kept';
    const answer = isPast ? { code: 'badOrder', message } : { asOf: START, lagMs: 0, asked };
    response.writeHead(isPast ? 400 : 200).end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('select asks again while the engine reads a history faster than it can be asked', async () => {
  const url = await engineThatReads(2);
  const { code, stdout } = await callCli('select', ...ORDER, '--url', url);
  expect(JSON.parse(stdout)).toMatchObject({ asked: 3 });
  expect(code).toBe(0);
});

test('select says so when that goes on', async () => {
  const url = await engineThatReads(Number.POSITIVE_INFINITY);
  const { code, stderr } = await callCli('select', ...ORDER, '--url', url);
  expect(stderr).toContain('the engine is still reading a history, past 2023-11-14T22:13:20.000Z;');
  expect(stderr).toContain('ask again in a moment, or with --as-of now');
  expect(code).toBe(1);
});

test('select does not ask again for a moment that it was given', async () => {
  const url = await engineThatReads(1);
  const asOf = ['--as-of', '2020-01-01T00:00:00Z'];
  const { code, stderr } = await callCli('select', ...ORDER, ...asOf, '--url', url);
  expect(stderr).toContain('tsEvent: then is before now');
  expect(code).toBe(1);
});
