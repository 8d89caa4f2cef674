import { useSignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { EngineStatus } from '../../../schemas/engine-status.ts';
import { Answered } from '../../components/answered.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { ask } from '../../state/ask.ts';
import { useAsked } from '../../state/use-asked.ts';
import { AlarmList } from './alarm-list.tsx';
import { alarmsOf } from './alarms.ts';
import { DeadLetters } from './dead-letters.tsx';
import { PartitionTable } from './partition-table.tsx';
import { Tiles } from './tiles.tsx';
import { NO_RATES, type Rates, Track } from './track.ts';

const EVERY_MS = 1_000;
/** An engine that does not answer within it is not well. */
const ANSWER_MS_MAX = 5_000;

/** How the engine, its log and its history are, live. */
export function HealthPage() {
  const [track] = useState(() => new Track());
  const rates = useSignal<Rates>(NO_RATES);
  const asked = useAsked(
    'status',
    async (signal) => {
      const status = await ask<EngineStatus>('status', { signal }, ANSWER_MS_MAX);
      rates.value = track.take(status, performance.now());
      return status;
    },
    EVERY_MS,
  );
  return (
    <PageFrame title="Health">
      <Answered asked={asked} what="the engine's health">
        {(status) => (
          <div class="health-page">
            <AlarmList alarms={alarmsOf(status, track)} isOld={asked.failure.value !== null} />
            <Tiles status={status} rates={rates.value} track={track} />
            <PartitionTable status={status} />
          </div>
        )}
      </Answered>
      <DeadLetters />
    </PageFrame>
  );
}
