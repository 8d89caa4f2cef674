import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../engine/platform/project-root.ts';

/** Libraries whose speed is in the figures. */
const LIBRARIES = [
  'uWebSockets.js',
  'ws',
  '@nats-io/transport-node',
  '@nats-io/jetstream',
  '@msgpack/msgpack',
  'piscina',
  'hdr-histogram-js',
] as const;

/** Where figures were measured: they mean nothing without it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Runnable processes over the last minute before the run: others that share the cores. */
  readonly loadAverage: number;
  readonly libraries: Readonly<Record<string, string>>;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    loadAverage: Math.round(loadavg()[0]! * 100) / 100,
    libraries: Object.fromEntries(LIBRARIES.map((name) => [name, versionOf(name)])),
  };
}

/** Read as a file: not every package exports its package.json. */
function versionOf(library: string): string {
  const file = join(projectRoot(), 'node_modules', library, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

export function machineLines(machine: Machine): string[] {
  const { cpu, cores, memoryGiB, system, node, loadAverage, libraries } = machine;
  return [
    `machine: ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, load average ${loadAverage}`,
    `node ${node}; ${Object.entries(libraries)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ];
}
