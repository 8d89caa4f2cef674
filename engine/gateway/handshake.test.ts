import { describe, expect, it } from 'vitest';
import { answerHandshake } from './handshake.ts';
import { MAX_SUBSCRIBERS } from './limits.ts';
import { isLoopbackHost, type OriginPolicy, refuseOrigin } from './origin.ts';
import type { RequestHead } from './transport.ts';

const LOCAL: OriginPolicy = { isLoopback: true, allowOrigins: [] };
const PUBLIC: OriginPolicy = { isLoopback: false, allowOrigins: ['https://desk.example'] };

function head(headers: Partial<RequestHead['headers']> = {}): RequestHead {
  return {
    method: 'GET',
    path: '/',
    query: new URLSearchParams(),
    headers: {
      host: 'localhost:7700',
      origin: '',
      accept: '',
      'content-type': '',
      'accept-encoding': '',
      'if-none-match': '',
      'sec-websocket-protocol': '',
      ...headers,
    },
  };
}

describe('answerHandshake', () => {
  it('takes the first subprotocol that it speaks', () => {
    const offered = 'other, firstcall.v1.json,firstcall.v1.msgpack';
    const answer = answerHandshake(head({ 'sec-websocket-protocol': offered }), 0, LOCAL);
    expect(answer).toEqual({ protocol: 'firstcall.v1.json' });
  });

  it('refuses one subscriber too many', () => {
    expect(answerHandshake(head(), MAX_SUBSCRIBERS - 1, LOCAL)).toEqual({ protocol: '' });
    expect(answerHandshake(head(), MAX_SUBSCRIBERS, LOCAL)).toMatchObject({
      status: 503,
      code: 'tooManySubscribers',
    });
  });
});

describe('refuseOrigin', () => {
  it.each([
    ['a program', { host: '127.0.0.1:7700' }, LOCAL],
    ['our own page', { origin: 'http://localhost:7700' }, LOCAL],
    ['our own page by IPv6', { host: '[::1]:7700', origin: 'http://[::1]:7700' }, LOCAL],
    ['a listed page', { host: 'engine:7700', origin: 'https://desk.example' }, PUBLIC],
    ['our own page behind TLS', { host: 'fc.example', origin: 'https://fc.example' }, PUBLIC],
    ['any page, when any is listed', { origin: 'http://x' }, { ...LOCAL, allowOrigins: ['*'] }],
    ['a proxy whose origin is listed', { host: 'desk.example' }, { ...PUBLIC, isLoopback: true }],
  ])('takes %s', (_, headers, policy) => {
    expect(refuseOrigin(head(headers), policy)).toBeNull();
  });

  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }, LOCAL],
    ['a page of another port', { origin: 'http://localhost:3000' }, LOCAL],
    ['a page without an origin of its own', { origin: 'null' }, LOCAL],
    [
      'a name made to resolve to us',
      { host: 'evil.example', origin: 'http://evil.example' },
      LOCAL,
    ],
    ['the same without an origin', { host: 'evil.example:7700' }, LOCAL],
    ['a page that is not listed', { host: 'engine', origin: 'https://desk.example.evil' }, PUBLIC],
  ])('refuses %s', (_, headers, policy) => {
    expect(refuseOrigin(head(headers), policy)).toContain('allowOrigins');
  });
});

it('knows the names of this machine', () => {
  const local = ['localhost', 'a.localhost', '127.0.0.1', '127.1.2.3', '[::1]', '::1'];
  expect(local.filter((host) => !isLoopbackHost(host))).toEqual([]);
  const foreign = ['0.0.0.0', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', ''];
  expect(foreign.filter(isLoopbackHost)).toEqual([]);
});
