import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { HandDrivenEngine, scoredDealer } from '../../engine/gateway/testing/hand-driven-engine.ts';
import { decode, encode } from '../../schemas/codec.ts';
import type { ServerFrame } from '../../schemas/protocol.ts';
import { closeClients, connect, nextProblem, ORDER, TOPIC, until } from './testing/clients.ts';

describe('the client and an engine that misbehaves', () => {
  let server: WebSocketServer;
  let url: string;
  /** What the engine does with a frame of the client. */
  let onFrame: (frame: { type: string; topics?: string[] }, socket: WebSocket) => void;

  const send = (socket: WebSocket, frame: ServerFrame) => socket.send(encode(frame));
  const state = (topic: string, seq: number) => ({
    topic,
    seq,
    asOf: 1,
    position: { partitions: [1], all: 0, tiers: 0 },
    rows: [scoredDealer('GS', seq)],
  });

  beforeEach(async () => {
    onFrame = () => {};
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      send(socket, new HandDrivenEngine().status());
      socket.on('message', (data) => onFrame(decode(data as Buffer) as { type: string }, socket));
    });
  });

  afterEach(() => {
    closeClients();
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  it('outlives a status that says nothing of rules while it waits for them', async () => {
    onFrame = (frame, socket) => {
      if (frame.type !== 'desk') return;
      const { requestId } = frame as unknown as { requestId: number };
      const { rulesHash: _, ...status } = new HandDrivenEngine().status();
      send(socket, status as ServerFrame);
      send(socket, { type: 'error', code: 'badFrame', message: 'no desk', requestId });
    };
    const client = connect(url);
    client.watchInstrument('US0001');
    await client.whenLive();
    // The second status is the client's answer to nobody: what it does then must not throw.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(client.state).toBe('live');
  });

  it('asks for a snapshot after a gap, and shows nothing in between as live', async () => {
    const resynced: string[][] = [];
    onFrame = ({ type, topics = [] }, socket) => {
      if (type === 'subscribe') {
        send(socket, { type: 'snapshot', modelHash: 'm', ...state(TOPIC, 1) });
        send(socket, { type: 'delta', removed: [], ...state(TOPIC, 3) });
        send(socket, { type: 'delta', removed: [], ...state(TOPIC, 4) });
      } else if (type === 'resync') {
        resynced.push(topics);
        send(socket, { type: 'snapshot', modelHash: 'm', ...state(TOPIC, 4) });
      }
    };
    const ranking = connect(url).rankings(TOPIC);
    const seen: [string, number | null][] = [];
    ranking.onChange(() => seen.push([ranking.state, ranking.seq]));
    await until(ranking, () => ranking.seq === 4);
    expect(seen).toEqual([
      ['live', 1],
      ['stale', 1],
      ['live', 4],
    ]);
    expect(resynced).toEqual([[TOPIC]]);
  });

  it('drops a connection that has fallen silent', async () => {
    const client = connect(url, { pingIntervalMs: 5, silenceMaxMs: 20 });
    await client.whenLive();
    const problem = await nextProblem(client);
    expect(problem).toMatchObject({ code: 'disconnected' });
    expect(problem.message).toContain('silent');
    await client.whenLive();
  });

  it('drops a connection that sends what is no frame', async () => {
    const client = connect(url);
    await client.whenLive();
    const problem = nextProblem(client);
    for (const socket of server.clients) socket.send(Buffer.from([0xc1]));
    expect((await problem).message).toContain('no frame');
    await client.whenLive();
  });

  it('gives up on an answer that does not come, or cannot any more', async () => {
    const client = connect(url, { selectTimeoutMs: 20 });
    await client.whenLive();
    await expect(client.select(ORDER)).rejects.toMatchObject({ code: 'timeout' });
    onFrame = (_, socket) => socket.terminate();
    await expect(client.select(ORDER)).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('bounds the selections under way', async () => {
    const client = connect(url);
    await client.whenLive();
    const asked = Array.from({ length: 1001 }, () => client.select(ORDER).catch((e) => e.code));
    expect(await asked[1000]).toBe('tooManyRequests');
    client.close();
    expect(await asked[0]).toBe('closed');
  });
});
