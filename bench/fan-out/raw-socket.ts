import { connect, type Socket } from 'node:net';

/** What comes of the frames of one connection; bytes are valid during the call alone. */
export interface FrameSink {
  /** The handshake is done. */
  opened(): void;
  /** A frame begins. */
  begin(isBinary: boolean, length: number): void;
  /** The next bytes of it. */
  part(bytes: Buffer): void;
  /** It is complete. */
  end(): void;
  closed(): void;
}

export interface RawOptions {
  readonly port: number;
  readonly path: string;
  /** Empty: none is asked for. */
  readonly protocol: string;
}

const READ_BYTES = 256 * 1024;
/** All sockets of a thread read into the same bytes, one after another. */
const shared = Buffer.alloc(READ_BYTES);
const OPCODE = { text: 1, binary: 2, ping: 9, pong: 10 } as const;
const HEAD_END = Buffer.from('\r\n\r\n');
const HEAD_BYTES_MAX = 10;

/**
 * The receiving half of a WebSocket as cheaply as it goes, so that thousands fit beside what is
 * measured: no copies, no masks, no fragments, which the servers here do not send.
 */
export class RawSocket {
  readonly #socket: Socket;
  readonly #sink: FrameSink;
  #state: 'handshake' | 'head' | 'body' = 'handshake';
  readonly #head = Buffer.alloc(HEAD_BYTES_MAX);
  #headLength = 0;
  #bodyLeft = 0;
  #opcode = 0;

  constructor({ port, path, protocol }: RawOptions, sink: FrameSink) {
    this.#sink = sink;
    const callback = (length: number, bytes: Uint8Array): boolean => {
      this.#take(Buffer.from(bytes.buffer, bytes.byteOffset, length));
      return true;
    };
    this.#socket = connect({ port, host: '127.0.0.1', onread: { buffer: shared, callback } });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => sink.closed());
    const wanted = protocol === '' ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`;
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${wanted}\r\n`,
    );
  }

  sendText(text: string): void {
    this.#send(OPCODE.text, Buffer.from(text));
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Masked with zeros, which leave the bytes as they are; at most 125 of them. */
  #send(opcode: number, payload: Buffer): void {
    const head = Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #take(chunk: Buffer): void {
    let at = this.#state === 'handshake' ? this.#takeHandshake(chunk) : 0;
    while (at < chunk.length) {
      at = this.#state === 'body' ? this.#takeBody(chunk, at) : this.#takeHead(chunk, at);
    }
  }

  /** Servers answer a handshake in one piece. */
  #takeHandshake(chunk: Buffer): number {
    const end = chunk.indexOf(HEAD_END);
    if (end < 0 || chunk.toString('latin1', 9, 12) !== '101') {
      this.close();
      return chunk.length;
    }
    this.#state = 'head';
    this.#sink.opened();
    return end + HEAD_END.length;
  }

  #takeHead(chunk: Buffer, from: number): number {
    const head = this.#head;
    let at = from;
    while (at < chunk.length) {
      head[this.#headLength++] = chunk[at++]!;
      if (this.#headLength < 2) continue;
      const short = head[1]!;
      const wanted = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#headLength < wanted) continue;
      const length =
        short < 126 ? short : short === 126 ? head.readUInt16BE(2) : head.readUIntBE(4, 6);
      this.#begin(head[0]! & 0x0f, length);
      break;
    }
    return at;
  }

  #begin(opcode: number, length: number): void {
    this.#headLength = 0;
    this.#opcode = opcode;
    this.#bodyLeft = length;
    this.#state = 'body';
    if (this.#isData) this.#sink.begin(opcode === OPCODE.binary, length);
    if (length === 0) this.#end();
  }

  #takeBody(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#bodyLeft);
    if (this.#isData) this.#sink.part(chunk.subarray(at, end));
    this.#bodyLeft -= end - at;
    if (this.#bodyLeft === 0) this.#end();
    return end;
  }

  #end(): void {
    this.#state = 'head';
    if (this.#isData) this.#sink.end();
    // What a ping says need not come back: an empty pong keeps the connection as well.
    else if (this.#opcode === OPCODE.ping) this.#send(OPCODE.pong, Buffer.alloc(0));
  }

  get #isData(): boolean {
    return this.#opcode === OPCODE.text || this.#opcode === OPCODE.binary;
  }
}
