import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for programs, whatever the kernel's own tick. */
const MICROS_A_TICK = 10_000;

/** Processor time of this process and of others, all threads, microseconds. Others in steps of 10 ms. */
export function processorMicros(pids: readonly number[]): number {
  const { user, system } = process.cpuUsage();
  return user + system + pids.reduce((sum, pid) => sum + microsOf(pid), 0);
}

function microsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name in brackets, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROS_A_TICK;
}
