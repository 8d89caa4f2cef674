import { setTimeout as delay } from 'node:timers/promises';
import { JetStreamApiError, StorageType } from '@nats-io/jetstream';
import { type KV, type KvEntry, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../schemas/errors.ts';
import type { RulesMessage } from '../schemas/rules-message.ts';
import type { LogNames } from '../schemas/subjects.ts';
import { RulesCompiler } from '../workers/rules-compiler.ts';
import type { RulesChange, RulesCheck, RulesReceipt } from './gateway/services.ts';
import { newestAudit } from './newest-audit.ts';
import { contentHash } from './platform/hash.ts';
import type { Logger } from './platform/logger.ts';
import { OneByOne } from './platform/one-by-one.ts';
import { auditEntry, builtIn, changeIn, type RulesVersion, versionOf } from './rules-version.ts';
import type { Model } from './scoring/model.ts';

export interface RulesKeeperOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly model: Model;
  readonly logger: Logger;
  /** What is right in rules and probably not meant, by their canonical text. */
  warningsOf(canonical: string): Promise<readonly string[]>;
  /** Keeps an entry for ever; the same id within two minutes is kept once. */
  audit(entry: RulesMessage, id: string): void;
  /** The rules in force have changed. */
  onChange(): void;
}

const BUCKET = 'firstcall_rules';
/** Versions of a log's rules that NATS keeps, its own maximum; older ones stand in the audit log. */
const HISTORY = 64;
const REOPEN_MS = 1_000;
/** Files that may wait to be checked or loaded; the next one is refused. */
const ASKED_MAX = 16;

/**
 * The rules of a log, kept in NATS KV so that every engine of the log has the same: the newest version
 * that compiles, now and after a restart. What does not compile never replaces what does. Versions are
 * taken and loaded one after another, however long each takes to compile.
 */
export class RulesKeeper {
  readonly #options: RulesKeeperOptions;
  readonly #key: string;
  readonly #closing = new AbortController();
  #kv: KV | null = null;
  #current: RulesVersion = builtIn(0, null);
  /** Newest revision of the key that was looked at, good or bad. */
  #seen = 0;
  /** Text of that revision. */
  #seenText: string | null = null;
  #refused = 0;
  /** From then on what comes is news, which the audit log has to keep. */
  #isStarted = false;
  #watching: Promise<void> = Promise.resolve();
  readonly #compiler: RulesCompiler;
  readonly #turns = new OneByOne();
  /** Files that wait to be checked or loaded. */
  #asked = 0;

  constructor(options: RulesKeeperOptions) {
    this.#options = options;
    this.#compiler = new RulesCompiler({
      model: options.model,
      onTrouble: (error) => options.logger.warn({ err: error }, 'rules are read without a thread'),
    });
    const { log } = options.names;
    this.#key = log === '' ? 'current' : `current.${log}`;
  }

  get current(): RulesVersion {
    return this.#current;
  }

  /** Versions that did not compile since the start. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Takes the newest good version, or the built-in rules where there is none, and follows changes from
   * then on. `file`: rules that are put there first, unless they are there already; throws FirstcallError
   * `badRules` when they do not compile.
   */
  async start(file: { readonly path: string; readonly text: string } | null): Promise<void> {
    this.#kv = await new Kvm(this.#options.nc).create(BUCKET, {
      history: HISTORY,
      storage: StorageType.File,
    });
    await this.#inTurn(() => this.#readPresent());
    if (file !== null && file.text !== this.#seenText) {
      const { path, text } = file;
      await this.#inTurn(() => this.#load({ text, by: 'rulesFile', reason: path }, path));
    }
    await this.#auditPresent();
    this.#isStarted = true;
    this.#watching = this.#watch();
  }

  /** What is being compiled is given up; what is on its way to NATS is waited for. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#compiler.close();
    await this.#watching;
    await this.#turns.ended();
  }

  /** What a text would be as rules. Rejects with FirstcallError `badRules` or `notReady`. */
  async check(text: string): Promise<RulesCheck> {
    return await this.#admit(async () => {
      const { canonical, size } = await this.#compiler.read(text);
      const warnings = await this.#options.warningsOf(canonical);
      return { hash: contentHash(canonical), rules: size, warnings };
    });
  }

  /**
   * Puts rules in force, here at once and in the other engines of the log as they hear of it. Rejects with
   * FirstcallError `badRules`, `conflict` when the rules in force are not those that were expected, and
   * `notReady` when NATS does not take them; then nothing has changed.
   */
  async load(change: RulesChange): Promise<RulesReceipt> {
    return await this.#admit(() => this.#inTurn(() => this.#load(change)));
  }

  async #admit<T>(work: () => Promise<T>): Promise<T> {
    if (this.#asked >= ASKED_MAX) {
      throw new FirstcallError('notReady', `${ASKED_MAX} rules files wait already; try again`);
    }
    this.#asked++;
    try {
      return await work();
    } finally {
      this.#asked--;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      if (this.#closing.signal.aborted) throw stopping();
      return await work();
    });
  }

  async #load(change: RulesChange, file?: string): Promise<RulesReceipt> {
    const { text, by, reason, expectedHash } = change;
    const rules = await this.#compiler.compile(text, file);
    const hash = contentHash(rules.canonical);
    if (expectedHash !== undefined && expectedHash !== this.#current.hash) {
      throw conflict(expectedHash, this.#current.hash);
    }
    const isGuarded = expectedHash !== undefined;
    const revision = await this.#put(JSON.stringify({ text, by, reason }), isGuarded);
    const tsLoaded = Date.now() * 1000;
    const next = versionOf(rules, text, { by, reason, revision, tsLoaded });
    if (revision > this.#seen) {
      this.#seen = revision;
      this.#seenText = text;
      this.#become(next);
    }
    return { hash, revision, warnings: await this.#warn(next) };
  }

  async #put(value: string, isGuarded: boolean): Promise<number> {
    if (this.#kv === null) throw new FirstcallError('notReady', 'the rules are not read yet');
    try {
      const options = isGuarded ? { previousSeq: this.#seen } : {};
      return await this.#kv.put(this.#key, value, options);
    } catch (cause) {
      if (isGuarded && cause instanceof JetStreamApiError) {
        throw new FirstcallError('conflict', 'somebody else has loaded rules meanwhile', { cause });
      }
      throw new FirstcallError('notReady', `NATS does not take the rules: ${String(cause)}`, {
        cause,
      });
    }
  }

  async #readPresent(): Promise<void> {
    const entry = await this.#kv!.get(this.#key);
    if (entry === null) {
      this.#options.logger.info({ hash: this.#current.hash }, 'no rules are loaded: built-in ones');
      return;
    }
    if (await this.#take(entry)) return;
    const good = await this.#newestGood();
    if (good !== null) {
      this.#become(good);
      await this.#warn(good);
    }
    const { hash, revision } = this.#current;
    this.#options.logger.warn({ hash, revision }, 'rules of an older revision are in force');
  }

  /** Of what NATS still has; null when nothing of it compiles. */
  async #newestGood(): Promise<RulesVersion | null> {
    const entries: KvEntry[] = [];
    for await (const entry of await this.#kv!.history({ key: this.#key })) entries.push(entry);
    for (const entry of entries.reverse()) {
      try {
        return await this.#read(entry);
      } catch {
        // It was told when it came.
      }
    }
    return null;
  }

  /** Ends with `close`. */
  async #watch(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const watcher = await this.#kv!.watch({ key: this.#key });
        const stop = () => watcher.stop();
        signal.addEventListener('abort', stop);
        if (signal.aborted) stop();
        for await (const entry of watcher) await this.#inTurn(() => this.#take(entry));
        signal.removeEventListener('abort', stop);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.warn({ err: error }, 'the rules cannot be watched; trying again');
      }
      await delay(REOPEN_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Whether a version has come into force, or was there already. */
  async #take(entry: KvEntry): Promise<boolean> {
    if (entry.revision <= this.#seen) return true;
    this.#seen = entry.revision;
    this.#seenText = null;
    let next: RulesVersion;
    try {
      next = await this.#read(entry);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#refuse(entry, error as Error);
      return false;
    }
    this.#seenText = next.text;
    this.#become(next);
    await this.#warn(next);
    return true;
  }

  #become(next: RulesVersion): void {
    this.#current = next;
    const { hash, revision, by, reason } = next;
    this.#options.logger.info({ hash, revision, by, reason }, `${next.size} rules are in force`);
    if (this.#isStarted) this.#options.audit(auditEntry(next), `rules-${revision}`);
    this.#options.onChange();
  }

  async #warn({ rules, revision }: RulesVersion): Promise<readonly string[]> {
    const warnings = await this.#options.warningsOf(rules.canonical);
    for (const warning of warnings) this.#options.logger.warn({ revision }, warning);
    return warnings;
  }

  #refuse({ revision }: KvEntry, { message }: Error): void {
    this.#refused++;
    const kept = this.#current.hash;
    this.#options.logger.warn({ revision, kept }, `rules are refused: ${message}`);
    if (!this.#isStarted) return;
    const entry = { type: 'rulesRefused' as const, revision, message, kept };
    this.#options.audit(entry, `rules-refused-${revision}`);
  }

  /** Rejects with what is wrong with it. A removed key stands for the built-in rules. */
  async #read(entry: KvEntry): Promise<RulesVersion> {
    const { revision, created } = entry;
    const tsLoaded = created.getTime() * 1000;
    if (entry.operation !== 'PUT') return builtIn(revision, tsLoaded);
    const { text, by, reason } = changeIn(entry);
    const rules = await this.#compiler.compile(text);
    return versionOf(rules, text, { by, reason, revision, tsLoaded });
  }

  /** So that the rules of every decision are found by their hash, those that nobody has loaded too. */
  async #auditPresent(): Promise<void> {
    const { nc, names, audit } = this.#options;
    const last = await newestAudit<RulesMessage>(nc, names, 'rules');
    const isThere = last !== null && isOf(last, this.#current.hash);
    if (!isThere) audit(auditEntry(this.#current), `rules-${this.#current.hash}`);
  }
}

function isOf(message: RulesMessage, hash: string): boolean {
  return message.type === 'rules' && message.hash === hash;
}

function conflict(expected: string, present: string): FirstcallError {
  const message = `the rules in force are ${present}, not ${expected}: read them again`;
  return new FirstcallError('conflict', message);
}

const stopping = () => new FirstcallError('notReady', 'the engine is stopping');
