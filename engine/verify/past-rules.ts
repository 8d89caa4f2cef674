import type { NatsConnection } from '@nats-io/transport-node';
import { decode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { AuditKind, LogNames } from '../../schemas/subjects.ts';
import { contentHash } from '../platform/hash.ts';
import type { Rules } from '../rules/decided.ts';
import type { Model } from '../scoring/model.ts';
import type { CompileRules } from './compile-rules.ts';
import { readMessages } from './read-messages.ts';

interface RulesEntry {
  readonly type: string;
  readonly hash: string;
  readonly canonical: string;
}

/** Every rules file that was ever in force in a log, by its hash. */
export class PastRules {
  readonly #model: Model;
  readonly #compile: CompileRules;
  readonly #texts = new Map<string, string>();
  readonly #compiled = new Map<string, Rules>();

  private constructor(model: Model, builtIn: Rules, compile: CompileRules) {
    this.#model = model;
    this.#compile = compile;
    this.#compiled.set(contentHash(builtIn.canonical), builtIn);
  }

  /** `builtIn`: the rules that are in force where nobody has loaded any. */
  static async read(
    nc: NatsConnection,
    names: LogNames,
    model: Model,
    builtIn: Rules,
    compile: CompileRules,
  ): Promise<PastRules> {
    const rules = new PastRules(model, builtIn, compile);
    const subject = names.audit('rules' as AuditKind);
    for await (const { data } of readMessages(nc, names.decisionStream, { subject })) {
      const { type, hash, canonical } = decode(data) as RulesEntry;
      if (type === 'rules') rules.#texts.set(hash, canonical);
    }
    return rules;
  }

  /** Throws FirstcallError `unknownRules`. */
  get(hash: string): Rules {
    const known = this.#compiled.get(hash);
    if (known !== undefined) return known;
    const text = this.#texts.get(hash);
    if (text === undefined) {
      const message = `the audit log has no rules ${hash}: they were never in force in this log`;
      throw new FirstcallError('unknownRules', message);
    }
    const rules = this.#compile(text, this.#model);
    this.#compiled.set(hash, rules);
    return rules;
  }
}
