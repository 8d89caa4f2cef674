import type { RoleMethods } from '../bench/support/role.ts';
import { feedRole } from './support/feed-role.ts';
import { tailReaderRole } from './support/tail-reader-role.ts';

/** Processes that trials start: this program in a role. */
export const ROLES: Readonly<Record<string, () => RoleMethods>> = {
  feed: feedRole,
  'tail-reader': tailReaderRole,
};
