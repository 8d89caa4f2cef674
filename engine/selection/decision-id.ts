import { fnv1a32 } from '../../schemas/subjects.ts';

/**
 * Names a decision by all that it depends on: 16 hexadecimal digits of two FNV-1a hashes. A name, not a
 * seal; what guards a decision against being changed is the audit log's own chain.
 */
export function decisionIdOf(dependsOn: unknown): string {
  const text = JSON.stringify(dependsOn);
  const half = (salt: string): string =>
    fnv1a32(salt + text)
      .toString(16)
      .padStart(8, '0');
  return half('a') + half('b');
}
