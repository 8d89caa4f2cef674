import type { KvEntry } from '@nats-io/kv';
import { FirstcallError } from '../schemas/errors.ts';
import type { RulesMessage } from '../schemas/rules-message.ts';
import type { RulesChange, RulesInForce } from './gateway/services.ts';
import { contentHash } from './platform/hash.ts';
import type { Rules } from './rules/decided.ts';
import { DEFAULT_RULES } from './rules/rules.ts';

/** Rules that are compiled, and how they came. */
export interface RulesVersion extends RulesInForce {
  readonly rules: Rules;
}

/** How rules came, besides their text and what it says. */
type Origin = Pick<RulesVersion, 'by' | 'reason' | 'revision' | 'tsLoaded'>;

export function versionOf(rules: Rules, text: string, origin: Origin): RulesVersion {
  const { by, reason, revision, tsLoaded } = origin;
  const hash = contentHash(rules.canonical);
  return { rules, hash, size: rules.size, text, by, reason, revision, tsLoaded };
}

export function builtIn(revision: number, tsLoaded: RulesVersion['tsLoaded']): RulesVersion {
  return versionOf(DEFAULT_RULES, '', { by: '', reason: 'built in', revision, tsLoaded });
}

/** What a value in KV says. Throws FirstcallError `badRules`, and what JSON.parse does. */
export function changeIn(entry: KvEntry): RulesChange {
  const { text, by, reason } = entry.json<Partial<RulesChange>>();
  if (typeof text !== 'string') {
    throw new FirstcallError('badRules', 'the value in KV is not {text, by, reason}');
  }
  return { text, by: String(by ?? ''), reason: String(reason ?? '') };
}

/** As the audit log has it. */
export function auditEntry(version: RulesVersion): RulesMessage {
  const { hash, rules, text, by, reason, revision } = version;
  return { type: 'rules', hash, canonical: rules.canonical, text, by, reason, revision };
}
