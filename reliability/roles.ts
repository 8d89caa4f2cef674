import type { RoleMethods } from '../bench/support/role.ts';
import { crowdRole } from './subscribers/crowd-role.ts';
import { engineRole } from './support/engine-role.ts';
import { feedRole } from './support/feed-role.ts';
import { tailReaderRole } from './support/tail-reader-role.ts';

/** Processes that trials start: this program in a role. */
export const ROLES: Readonly<Record<string, () => RoleMethods>> = {
  crowd: crowdRole,
  engine: engineRole,
  feed: feedRole,
  'tail-reader': tailReaderRole,
};
