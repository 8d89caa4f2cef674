import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createGateway } from '../../engine/gateway/gateway.ts';
import type { Gateway } from '../../engine/gateway/services.ts';
import { HandDrivenEngine, scoredDealer } from '../../engine/gateway/testing/hand-driven-engine.ts';
import { decode, encode } from '../../schemas/codec.ts';
import type { FirstcallClient } from './client.ts';
import type { ClientState } from './live-client.ts';
import { closeClients, connect, freePort, ORDER, TOPIC, until } from './testing/clients.ts';

interface Desk {
  readonly engine: HandDrivenEngine;
  readonly gateway: Gateway;
  readonly url: string;
}

async function openDesk(): Promise<Desk> {
  const engine = new HandDrivenEngine();
  const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
  const gateway = await createGateway(engine, options);
  engine.gateway = gateway;
  return { engine, gateway, url: `ws://127.0.0.1:${gateway.port}/` };
}

function setReady({ engine, gateway }: Desk, ready: boolean): void {
  engine.ready = ready;
  gateway.statusChanged();
}

/** Resolves once the client listens to an engine. */
function engineOf(client: FirstcallClient, url: string): Promise<void> {
  return new Promise((resolve) => {
    const off = client.onState(() => check());
    const check = () => {
      if (client.engine !== url) return;
      off();
      resolve();
    };
    check();
  });
}

/** An engine that greets, and then does with a frame what it is told; by default nothing. */
async function openDumb(onFrame: (socket: WebSocket, requestId: number) => void = () => {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const asked: number[] = [];
  server.on('connection', (socket) => {
    socket.send(encode(new HandDrivenEngine().status()));
    socket.on('message', (data) => {
      const { type, requestId } = decode(data as Buffer) as { type: string; requestId: number };
      if (type !== 'select') return;
      asked.push(requestId);
      onFrame(socket, requestId);
    });
  });
  const close = () => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  };
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked, close };
}

describe('the client and several engines', () => {
  let a: Desk;
  let b: Desk;

  beforeEach(async () => {
    [a, b] = [await openDesk(), await openDesk()];
  });

  afterEach(async () => {
    closeClients();
    await Promise.all([a.gateway.close(), b.gateway.close()]);
  });

  it('goes on with the other one when its own closes, from a fresh snapshot', async () => {
    a.engine.change(TOPIC, [scoredDealer('GS', 1)]);
    b.engine.change(TOPIC, [scoredDealer('MS', 2)]);
    // Numbers of two engines have nothing to do with one another.
    const client = connect([a.url, b.url]);
    const ranking = client.rankings(TOPIC);
    await until(ranking, () => ranking.state === 'live');
    expect([client.engine, ranking.rows]).toEqual([a.url, a.engine.rows(TOPIC)]);
    const heard: string[] = [];
    const states: [ClientState, string | null][] = [];
    ranking.onChange(({ kind }) => heard.push(`${kind} ${ranking.state}`));
    client.onState((state, engine) => states.push([state, engine]));
    await a.gateway.close();
    await until(ranking, () => ranking.state === 'live' && client.engine === b.url);
    b.engine.change(TOPIC, [scoredDealer('MS', 3)]);
    await until(ranking, () => ranking.seq === b.engine.seq(TOPIC));
    expect(ranking.rows).toEqual(b.engine.rows(TOPIC));
    expect(heard).toEqual(['state stale', 'snapshot live', 'delta live']);
    expect(states).toEqual([
      ['stale', null],
      ['live', b.url],
    ]);
  });

  it('notices within a second that its engine is silent', async () => {
    const dumb = await openDumb();
    const client = connect([dumb.url, b.url]);
    await client.whenLive();
    const began = performance.now();
    await engineOf(client, b.url);
    // It was noticed by silence, not by a closed connection; generous for a busy machine.
    expect(performance.now() - began).toBeGreaterThan(400);
    expect(performance.now() - began).toBeLessThan(3_000);
    dumb.close();
  });

  it('keeps to a silent one while no other answers', async () => {
    const dumb = await openDumb();
    const client = connect([dumb.url, `ws://127.0.0.1:${await freePort()}/`], {
      pingIntervalMs: 10,
      suspectAfterMs: 20,
    });
    await client.whenLive();
    const problems: string[] = [];
    client.onProblem(({ message }) => problems.push(message));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([client.engine, client.state, problems]).toEqual([dumb.url, 'live', []]);
    dumb.close();
  });

  it('leaves an engine that is not ready only for one that is', async () => {
    const client = connect([a.url, b.url]);
    const ranking = client.rankings(TOPIC);
    a.engine.change(TOPIC, [scoredDealer('GS', 1)]);
    b.engine.change(TOPIC, [scoredDealer('MS', 2)]);
    await until(ranking, () => ranking.state === 'live');
    b.engine.ready = false;
    setReady(a, false);
    await until(ranking, () => ranking.state === 'stale');
    // It looks at the other one, which is no better.
    while (b.gateway.subscribers === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([client.state, client.engine]).toEqual(['stale', a.url]);
    setReady(b, true);
    await until(ranking, () => ranking.state === 'live' && client.engine === b.url);
    expect(ranking.rows).toEqual(b.engine.rows(TOPIC));
    // It stays there, also when the first one has recovered.
    setReady(a, true);
    expect((await client.select(ORDER)).orderId).toBe('O1');
    expect([a.engine.selected.length, b.engine.selected.length]).toEqual([0, 1]);
    while (a.gateway.subscribers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('takes the ready one of two at the start, and a third where two are not ready', async () => {
    const c = await openDesk();
    a.engine.ready = false;
    b.engine.ready = false;
    const client = connect([a.url, b.url, c.url]);
    await client.whenLive();
    expect(client.engine).toBe(c.url);
    await c.gateway.close();
  });

  it('takes the engine that it looked at when its own dies meanwhile', async () => {
    a.engine.ready = false;
    b.engine.ready = false;
    const client = connect([a.url, b.url]);
    while (b.gateway.subscribers === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await a.gateway.close();
    await engineOf(client, b.url);
    expect(client.state).toBe('stale');
  });

  it('asks the other engine once more for what was under way', async () => {
    const dumb = await openDumb((socket) => socket.terminate());
    const client = connect([dumb.url, b.url]);
    await client.whenLive();
    const answers = await Promise.all([1, 2, 3].map(() => client.select(ORDER)));
    expect(answers.map(({ orderId }) => orderId)).toEqual(['O1', 'O1', 'O1']);
    expect(dumb.asked).toHaveLength(3);
    expect(b.engine.selected).toHaveLength(3);
    dumb.close();
  });

  it('does not ask a third time, and does not wait past the deadline', async () => {
    const [one, two] = [
      await openDumb((socket) => socket.terminate()),
      await openDumb((socket) => socket.terminate()),
    ];
    const client = connect([one.url, two.url]);
    await client.whenLive();
    await expect(client.select(ORDER)).rejects.toMatchObject({ code: 'disconnected' });
    expect([one.asked.length, two.asked.length]).toEqual([1, 1]);
    const mute = await openDumb();
    const other = connect([mute.url, mute.url], { selectTimeoutMs: 50 });
    await other.whenLive();
    await expect(other.select(ORDER)).rejects.toMatchObject({ code: 'timeout' });
    for (const { close } of [one, two, mute]) close();
  });

  it('says so when no engine is left', async () => {
    const client = connect([a.url, `ws://127.0.0.1:${await freePort()}/`]);
    await client.whenLive();
    await a.gateway.close();
    await expect(client.select(ORDER)).rejects.toMatchObject({ code: 'disconnected' });
    while (client.engine !== null || client.state !== 'stale') await Promise.resolve();
  });
});
