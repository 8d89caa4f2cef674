import type { Contender } from '../support/rounds.ts';
import type { CrowdState } from './crowd-role.ts';
import type { Crowd } from './crowds.ts';
import type { FanOutRound } from './fan-out-table.ts';

/** What subscribers hold when all is over. */
export interface FanOutEnd extends CrowdState {
  /** Of the server's own state; null: it is not to be compared. */
  readonly digest: string | null;
  /** Of what subscribers hold, by process. */
  readonly digests: readonly string[];
}

export interface FanOutContender extends Contender<FanOutRound> {
  readonly crowd: Crowd;
  end(): Promise<FanOutEnd>;
  stop(): Promise<void>;
}
