import type { EngineStatus } from '../../../../schemas/engine-status.ts';
import { idleCondition } from '../../../../schemas/testing/idle-condition.ts';

/** What an engine says that has nothing to do, for tests to put into it what they are about. */
export function idleStatus(over: Partial<EngineStatus> = {}): EngineStatus {
  return {
    ...idleCondition(),
    history: {
      up: true,
      status: {
        messagesBehind: 0,
        failingSeconds: 0,
        failuresTotal: 0,
        rowsTotal: 0,
        scoresDropped: 0,
        trouble: '',
      },
    },
    gateway: {
      subscribers: 0,
      topics: 0,
      framesSent: 0,
      bytesSent: 0,
      bufferedBytesMax: 0,
      deltasSkipped: 0,
      subscribersCut: 0,
      connectionsRefused: 0,
      selectionsRefused: 0,
    },
    ...over,
  };
}
