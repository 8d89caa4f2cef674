import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from '../command.ts';
import { ENGINE_NODE_FLAGS } from '../engine-node-flags.ts';
import { entryPath } from '../entries.ts';

export const benchCommand: Command = {
  name: 'bench',
  summary: 'Measure this machine; arguments go to the benchmark.',
  usage: '[arguments of the benchmark]',
  details: ['Runs the benchmarks of bench/. "firstcall bench -- --help" lists what they take.'],
  flags: {},
  settings: [],
  positionals: [0, Number.POSITIVE_INFINITY],
  passesArguments: true,
  run: ({ positionals }) => runBench(positionals),
};

/** In a process of its own, so that nothing of the command line is in what it measures. */
async function runBench(args: readonly string[]): Promise<number> {
  const child = spawn(
    process.execPath,
    [...ENGINE_NODE_FLAGS, '--enable-source-maps', entryPath('bench'), ...args],
    {
      stdio: 'inherit',
    },
  );
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  // A Ctrl-C reaches the child by itself; we only wait for it.
  process.on('SIGINT', () => {});
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
