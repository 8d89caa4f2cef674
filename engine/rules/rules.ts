import { compileSource } from './compile.ts';
import type { Rules } from './decided.ts';

export type { Rules } from './decided.ts';

/** What holds where a desk gives no rules. */
export const DEFAULT_RULES: Rules = compileSource(null, { name: 'default rules', text: '' });

/** The rules as text: what their hash is taken of. */
export function canonicalRules(rules: Rules): string {
  return rules.canonical;
}
