import type { Experiment } from './experiment.ts';
import { subscribers } from './subscribers/subscribers.ts';

/** In the order in which they run. */
export const EXPERIMENTS: readonly Experiment[] = [subscribers];
