import { spawnSync } from 'node:child_process';

/**
 * The command, such that the kernel ends what it runs with the thread that started it, where setpriv can
 * ask for that; elsewhere the command as it is. setpriv execs the program, so the child's pid is the
 * program's.
 */
export function dieWithParent(command: string[]): string[] {
  const prefix = ['setpriv', '--pdeathsig', 'KILL'];
  const probe = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' });
  return probe.status === 0 ? [...prefix, ...command] : command;
}
