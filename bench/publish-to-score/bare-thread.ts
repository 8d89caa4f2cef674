import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import { connectNats } from '../../engine/platform/log.ts';
import { Bell } from '../../engine/scoreboard/bell.ts';
import { logNames } from '../../schemas/subjects.ts';

export interface BareTask {
  readonly natsUrl: string;
  readonly log: string;
  readonly hosted: readonly number[];
  /** [partitions]: messages that have come. */
  readonly counts: Int32Array;
  readonly bell: SharedArrayBuffer;
  /** Any message ends the task. */
  readonly control: MessagePort;
}

/** As many as a shard asks for, so that only what is done with them differs. */
const MESSAGES_IN_FLIGHT = 200;

/**
 * The least that a thread can do which reads partitions as a shard does: says in shared memory that a
 * message has come. A long-lived piscina task, as a shard is.
 */
export default async function readBare(task: BareTask): Promise<void> {
  const nc = await connectNats(task.natsUrl, 'bench-bare');
  const js = jetstream(nc);
  const names = logNames(task.log);
  const bell = new Bell(task.bell);
  const read = async (stream: string, callback: () => void): Promise<void> => {
    const consumer = await js.consumers.get(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: 1,
    });
    await consumer.consume({ max_messages: MESSAGES_IN_FLIGHT, callback });
  };
  await read(names.stream('all'), () => {});
  for (const partition of task.hosted) {
    await read(names.stream(partition), () => {
      Atomics.add(task.counts, partition, 1);
      bell.ring();
    });
  }
  await once(task.control, 'message');
  task.control.close();
  await nc.close();
}
