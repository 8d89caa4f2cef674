import { resolveConfig } from '../../engine/platform/config.ts';

/** The settings of the simulator that hold if nobody says anything. */
export const DEFAULT_SIM_OPTIONS = resolveConfig({ env: {}, cwd: import.meta.dirname }).sim;
