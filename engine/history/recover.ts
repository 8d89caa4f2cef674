import type { NatsConnection } from '@nats-io/transport-node';
import { type LogShape, rowsOfMessage, type StreamRole } from './message-rows.ts';
import type { Plan } from './plans.ts';
import type { Row } from './row.ts';
import { StreamReader } from './stream-reader.ts';

/**
 * The rows of a planned batch, read from the log again. The order differs from the first time, which
 * does not matter: a batch is a set.
 */
export async function readPlanned(
  nc: NatsConnection,
  roles: readonly StreamRole[],
  shape: LogShape,
  plan: Plan,
  signal: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const role of roles) {
    const after = plan.stored[role.stream] ?? 0;
    const through = plan.planned[role.stream] ?? 0;
    if (through > after) await readRange(nc, role, shape, [after + 1, through], signal, rows);
  }
  return rows;
}

async function readRange(
  nc: NatsConnection,
  role: StreamRole,
  shape: LogShape,
  [first, last]: readonly [number, number],
  signal: AbortSignal,
  rows: Row[],
): Promise<void> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const reader = await StreamReader.open(nc, role.stream, first, either);
  while (!either.aborted) {
    await reader.read((message) => {
      if (message.sequence <= last) rows.push(...rowsOfMessage(message, role, shape));
      if (message.sequence >= last) done.abort();
    });
    // The last messages of the range were deleted.
    if (reader.isAtEnd) done.abort();
  }
}
