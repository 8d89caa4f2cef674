import { atMost } from '../support/at-most.ts';
import { nowNanos } from '../support/open-loop.ts';
import type { RoleMethods } from '../support/role.ts';
import { openBare, openShards, type Sighted, type SightedLog } from './sighted.ts';

export interface SightingTask extends SightedLog {
  readonly what: 'scoreboard' | 'bare';
  /** By partition: the sequence of the newest message that is in the log already. */
  readonly filled: readonly number[];
}

/** [partition, sequence, moment]: up to which sequence the log was seen, and when. */
export type Sighting = readonly [partition: number, sequence: number, at: number];

/** What scores hold. */
export interface Applied {
  readonly events: number;
  readonly refused: number;
}

const FILLED_MS_MAX = 120_000;

/**
 * The thread that waits for scores, in the process of those that make them. It sleeps until the bell
 * rings, and then looks at every partition.
 */
export function sightingRole(): RoleMethods {
  let sighted: Sighted | undefined;
  let reached: number[] = [];
  return {
    /** Resolves once what is in the log has been read. */
    open: async (task: SightingTask): Promise<void> => {
      const opened = task.what === 'bare' ? openBare(task) : openShards(task);
      sighted = opened;
      reached = [...task.filled];
      await atMost(FILLED_MS_MAX, () => task.filled.every((end, p) => opened.reached(p) >= end));
    },
    /** Looks for so long. Nothing else runs in this thread meanwhile. */
    watch: (milliseconds: number): Sighting[] => watch(sighted!, reached, milliseconds),
    close: async (): Promise<Applied | null> => {
      await sighted!.stop();
      return sighted!.applied();
    },
  };
}

/** `reached`: by partition, what has been seen before; brought up to date. */
function watch({ bell, ...sighted }: Sighted, reached: number[], milliseconds: number): Sighting[] {
  const sightings: Sighting[] = [];
  const end = performance.now() + milliseconds;
  for (let left = milliseconds; left > 0; left = end - performance.now()) {
    const heard = bell.count;
    for (let p = 0; p < reached.length; p++) {
      const sequence = sighted.reached(p);
      if (sequence <= reached[p]!) continue;
      reached[p] = sequence;
      sightings.push([p, sequence, nowNanos()]);
    }
    bell.wait(heard, left);
  }
  return sightings;
}
