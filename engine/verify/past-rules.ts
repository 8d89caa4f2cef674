import type { NatsConnection } from '@nats-io/transport-node';
import { decode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { RulesMessage } from '../../schemas/rules-message.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { contentHash } from '../platform/hash.ts';
import { parseCanonicalRules } from '../rules/canonical.ts';
import { DEFAULT_RULES, type Rules } from '../rules/rules.ts';
import type { Model } from '../scoring/model.ts';
import { readMessages } from './read-messages.ts';

/** Every rules file that was ever in force in a log, by its hash. */
export class PastRules {
  readonly #model: Model;
  readonly #texts = new Map<string, string>();
  readonly #compiled = new Map<string, Rules>();

  private constructor(model: Model) {
    this.#model = model;
    this.#compiled.set(contentHash(DEFAULT_RULES.canonical), DEFAULT_RULES);
  }

  static async read(nc: NatsConnection, names: LogNames, model: Model): Promise<PastRules> {
    const rules = new PastRules(model);
    const subject = names.audit('rules');
    for await (const { data } of readMessages(nc, names.decisionStream, { subject })) {
      const entry = decode(data) as RulesMessage;
      if (entry.type === 'rules') rules.#texts.set(entry.hash, entry.canonical);
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
    const rules = parseCanonicalRules(text, this.#model);
    this.#compiled.set(hash, rules);
    return rules;
  }
}
