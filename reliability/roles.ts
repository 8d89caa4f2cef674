import type { RoleMethods } from '../bench/support/role.ts';
import { crowdRole } from './subscribers/crowd-role.ts';

/** Processes that experiments start besides the engine and its servers: this program in a role. */
export const ROLES: Readonly<Record<string, () => RoleMethods>> = {
  crowd: crowdRole,
};
