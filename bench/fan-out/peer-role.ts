import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { importPeer } from '../peers/peer-packages.ts';
import { readFrameHead } from '../support/frame-head.ts';
import type { RoleMethods } from '../support/role.ts';
import { snapshotDigest } from '../support/rows-digest.ts';
import { type RecordedRanking, type RecordingPlan, recordRanking } from './recorded-ranking.ts';

export type PeerLibrary = 'ws' | 'socket.io';

export interface PeerPlan extends RecordingPlan {
  readonly library: PeerLibrary;
  readonly changes: number;
}

export interface Listening {
  readonly port: number;
  /** Number of the state that subscribers begin with; each change is one more. */
  readonly firstSeq: number;
  /** Of the ranking after all changes. */
  readonly lastDigest: string;
}

/** A server that sends a frame to everybody, and its newest snapshot to whoever comes. */
interface Broadcaster {
  readonly port: number;
  broadcast(frame: Uint8Array): void;
}

/**
 * What somebody would write without us: each change of the ranking goes to every client as it comes, in
 * the way that the library's documentation shows.
 */
export function fanOutPeerRole(): RoleMethods {
  let server: Broadcaster | undefined;
  let ranking: RecordedRanking | undefined;
  return {
    listen: async (plan: PeerPlan): Promise<Listening> => {
      ranking = await recordRanking(plan, plan.changes);
      const { snapshot, last } = ranking;
      server = await (plan.library === 'ws' ? listenWs(snapshot) : listenSocketIo(snapshot));
      return {
        port: server.port,
        firstSeq: readFrameHead(snapshot)!.seq,
        lastDigest: snapshotDigest(last),
      };
    },
    /** The change of that number, from 0. */
    broadcast: (change: number): void => server!.broadcast(ranking!.deltas[change]!),
    /** Processor time of this process, microseconds. */
    cpuMicros: (): number => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
  };
}

async function listenWs(snapshot: Uint8Array): Promise<Broadcaster> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', (client) => client.send(snapshot));
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    // As in the README of ws: "Server broadcast".
    broadcast: (frame) => {
      for (const client of server.clients) {
        if (client.readyState === client.OPEN) client.send(frame);
      }
    },
  };
}

/** What of socket.io is used here. */
interface SocketIo {
  readonly Server: new (
    server: unknown,
    options: object,
  ) => {
    on(event: 'connection', listener: (socket: SocketIoEmitter) => void): void;
  } & SocketIoEmitter;
}

interface SocketIoEmitter {
  emit(event: string, payload: Uint8Array): void;
}

async function listenSocketIo(snapshot: Uint8Array): Promise<Broadcaster> {
  const { Server } = await importPeer<SocketIo>('socket.io');
  const http = createServer();
  const io = new Server(http, { transports: ['websocket'], serveClient: false });
  io.on('connection', (socket) => socket.emit('ranking', snapshot));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    port: (http.address() as AddressInfo).port,
    broadcast: (frame) => io.emit('ranking', frame),
  };
}
