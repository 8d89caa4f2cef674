import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { PartitionName } from '../../schemas/subjects.ts';
import { type PartitionedLog, SIM_START } from './simulated-log.ts';

/**
 * A log cut into pieces of so many simulated minutes, to be published one after the other as a live log
 * grows. What comes before the start stands in the first.
 */
export function sliceLog(log: PartitionedLog, minutes: number): PartitionedLog[] {
  const step = minutes * 60e6;
  const slices: Map<PartitionName, FirstcallEvent[]>[] = [];
  for (const [partition, events] of log) {
    let newest: Micros = SIM_START;
    for (const event of events) {
      newest = Math.max(newest, event.tsEvent);
      const index = Math.floor((newest - SIM_START) / step);
      while (slices.length <= index) slices.push(new Map());
      const slice = slices[index]!;
      const part = slice.get(partition) ?? [];
      part.push(event);
      slice.set(partition, part);
    }
  }
  return slices;
}
