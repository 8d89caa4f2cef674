import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import type { Logger } from './logger.ts';
import type { OutboundMessage } from './publish-lane.ts';
import { PublishWindow } from './publish-window.ts';
import { SpoolFile } from './spool-file.ts';

/** Where messages go while the broker is away. */
export interface SpoolOptions {
  /** A file of this process's own. */
  readonly path: string;
  /**
   * Bytes beyond which nothing is accepted any more. What was in flight when the broker went away gets
   * in beyond that, and is at most half of it.
   */
  readonly bytesMax: number;
  /**
   * What happens then. `wait` is for who can: it also waits, rather than filling the spool, while that is
   * being published.
   */
  readonly whenFull: 'refuse' | 'wait';
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface OutboxOptions {
  readonly maxInFlight: number;
  readonly maxInFlightBytes: number;
  readonly ackTimeoutMs: number;
  readonly giveUpMs: number;
  readonly spool: SpoolOptions | undefined;
  /** At most once; nothing is accepted afterwards. */
  readonly onFailed: (error: FirstcallError) => void;
}

interface Waiting {
  readonly stream: string;
  readonly message: OutboundMessage;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Takes messages for the broker in order, and keeps them until it has acked them.
 *
 * With a spool it is in one of four states. `direct`: messages go to the broker, and the file is empty.
 * `away`: what was in flight stands in the file, and so does whatever comes now. `catchingUp`: the file
 * is read and sent in its order, and what comes is appended. `settling`: all of it is sent, and what
 * comes waits for the last ack; then the file is emptied. So messages of a stream are never turned
 * around, and at every moment each of them is in flight to a broker that answers, or in the file.
 * Without a spool the state is always `direct`.
 */
export class Outbox {
  readonly #window: PublishWindow;
  readonly #onFailed: (error: FirstcallError) => void;
  readonly #spoolOptions: SpoolOptions | undefined;
  readonly #file: SpoolFile | null;
  /** As many as the caller makes without awaiting. */
  readonly #waiting: Waiting[] = [];
  readonly #flushes: Array<{ resolve(): void; reject(error: Error): void }> = [];
  readonly #keeps: Array<{ resolve(): void; reject(error: Error): void }> = [];
  #state: 'direct' | 'away' | 'catchingUp' | 'settling' = 'direct';
  #isFullTold = false;
  #published = 0;
  #failure: FirstcallError | null = null;

  /** Throws as SpoolFile does. */
  constructor(nc: NatsConnection, options: OutboxOptions) {
    const { spool } = options;
    this.#onFailed = options.onFailed;
    this.#spoolOptions = spool;
    this.#file = spool === undefined ? null : new SpoolFile(spool.path);
    this.#window = new PublishWindow(nc, {
      messagesMax: options.maxInFlight,
      bytesMax: Math.min(options.maxInFlightBytes, (spool?.bytesMax ?? Infinity) / 2),
      ackTimeoutMs: options.ackTimeoutMs,
      giveUpMs: options.giveUpMs,
      isPatient: spool !== undefined,
      onAcked: (message) => this.#acked(message),
      onChange: () => this.#guard(() => this.#changed()),
      onFailed: (error) => this.fail(error),
    });
    if (this.#file !== null) this.#takeOver(this.#file);
  }

  /** Events that the server has stored. */
  get published(): number {
    return this.#published;
  }

  /**
   * Resolves once the message is in flight or in the spool; waits for room. Those who wait get it in
   * the order in which they came. Rejects with `publishFailed` once a message has failed for good, and
   * with `spoolFull` or `spoolFailed` when the spool does not take this one.
   */
  enqueue(stream: string, message: OutboundMessage): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ stream, message, resolve, reject });
      this.#admit();
    });
  }

  /** Resolves when the server has stored everything, the spool's messages, too. */
  flush(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve, reject) => this.#flushes.push({ resolve, reject }));
  }

  /** Resolves when everything is stored by the server, or in the spool and on the disk. */
  async kept(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#state === 'direct' && !this.#isIdle) {
      await new Promise<void>((resolve, reject) => this.#keeps.push({ resolve, reject }));
    }
    await this.#file?.sync();
  }

  /** Waits until everything is kept, and gives the spool back. Nothing may be enqueued afterwards. */
  async close(): Promise<void> {
    try {
      if (this.#failure === null) await this.kept();
    } finally {
      this.#failure ??= new FirstcallError('publishFailed', 'the publisher is closed');
      this.#file?.close();
    }
  }

  /** Ends all of it. What is in flight is kept in the spool for the next process. */
  fail(error: FirstcallError): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    try {
      if (this.#state === 'direct') this.#copyInFlight();
    } catch (cause) {
      this.#spoolOptions?.logger.error({ err: cause }, 'what was in flight could not be spooled');
    }
    this.#onFailed(error);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    for (const flush of this.#flushes.splice(0)) flush.reject(error);
    for (const keep of this.#keeps.splice(0)) keep.reject(error);
  }

  get #isIdle(): boolean {
    return this.#state === 'direct' && this.#window.size === 0;
  }

  /** What an earlier process has left goes out before anything else. */
  #takeOver(file: SpoolFile): void {
    const { messages, tornBytes, damaged, keptAs } = file.found;
    const { path } = file;
    const { logger } = this.#spoolOptions!;
    if (damaged > 0) {
      const words =
        'the spool is damaged: what can be read of it is published, the file is kept aside';
      logger.error({ path, damaged, keptAs }, words);
    }
    if (tornBytes > 0) {
      logger.warn(
        { path, tornBytes },
        "the spool's last record was cut off, hence never confirmed",
      );
    }
    if (file.isRead) return;
    logger.info({ path, messages }, 'a spool was left behind: it is published first');
    this.#state = 'catchingUp';
    this.#guard(() => this.#catchUp(file));
  }

  #changed(): void {
    if (this.#file === null || this.#failure !== null) return;
    if (this.#window.isTroubled) this.#leave();
    else if (this.#state === 'away') this.#return(this.#file);
  }

  #leave(): void {
    const before = this.#state;
    if (before === 'away') return;
    if (before === 'direct') this.#copyInFlight();
    this.#state = 'away';
    this.#isFullTold = false;
    const { path, logger } = this.#spoolOptions!;
    logger.warn(
      { path, inFlight: this.#window.size },
      'the broker is away: events go to the spool',
    );
    for (const keep of this.#keeps.splice(0)) keep.resolve();
    this.#admit();
  }

  #return(file: SpoolFile): void {
    const { logger } = this.#spoolOptions!;
    logger.info({ bytes: file.bytes }, 'the broker is back: the spool is published first');
    this.#state = 'catchingUp';
    this.#catchUp(file);
    this.#goOn();
  }

  /** For the next process, should this one be killed; the window goes on with them itself. */
  #copyInFlight(): void {
    if (this.#file === null) return;
    for (const [stream, message] of this.#window.unacked()) this.#file.append({ stream, message });
    this.#file.skip();
  }

  #catchUp(file: SpoolFile): void {
    while (this.#state === 'catchingUp' && !this.#window.isFull) {
      const next = file.next();
      if (next === null) this.#state = 'settling';
      else this.#window.push(next.stream, next.message);
    }
    if (this.#state !== 'settling' || this.#window.size > 0) return;
    file.clear();
    this.#state = 'direct';
    const { logger } = this.#spoolOptions!;
    logger.info({ published: this.#published }, 'the spool is published: events go out directly');
  }

  #acked(message: OutboundMessage): void {
    this.#published += message.eventCount;
    const file = this.#file;
    if (this.#failure !== null) return;
    if (file !== null && this.#state !== 'direct' && this.#state !== 'away') {
      this.#guard(() => this.#catchUp(file));
    }
    this.#goOn();
  }

  /** Something has come to its end. */
  #goOn(): void {
    this.#admit();
    if (!this.#isIdle) return;
    for (const each of [...this.#flushes.splice(0), ...this.#keeps.splice(0)]) each.resolve();
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      try {
        if (!this.#takes(next)) return;
        next.resolve();
      } catch (error) {
        next.reject(error);
      }
      this.#waiting.shift();
    }
  }

  /** False while there is no room. Throws FirstcallError `spoolFull` or `spoolFailed`. */
  #takes({ stream, message }: Waiting): boolean {
    if (this.#file === null || this.#state === 'direct') {
      if (this.#window.isFull) return false;
      this.#window.push(stream, message);
      return true;
    }
    const { bytesMax, whenFull } = this.#spoolOptions!;
    const mayAppend = this.#state === 'away' || whenFull === 'refuse';
    if (this.#state === 'settling' || !mayAppend) return false;
    if (this.#file.bytes >= bytesMax) return this.#refuseFull(this.#file);
    this.#file.append({ stream, message });
    return true;
  }

  #refuseFull({ path, bytes }: SpoolFile): false {
    const { bytesMax, whenFull, logger } = this.#spoolOptions!;
    const isWaiting = whenFull === 'wait';
    if (!this.#isFullTold) {
      this.#isFullTold = true;
      logger.warn(
        { path, bytes },
        `the spool is full: events ${isWaiting ? 'wait' : 'are refused'}`,
      );
    }
    if (isWaiting) return false;
    const message = `spool ${path}: ${bytes} bytes, at most ${bytesMax} while the broker is away; spoolBytesMax allows more`;
    throw new FirstcallError('spoolFull', message);
  }

  /** A spool that cannot be read or written ends the outbox. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof FirstcallError)) throw error;
      this.fail(error);
    }
  }
}
