import { vi } from 'vitest';
import { runCli } from '../../engine/cli/cli.ts';

/** Runs a command in this process, for what starts nothing: a Node.js per case would take a minute. */
export async function callCli(...args: string[]) {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const textOf = (spy: typeof stdout) => spy.mock.calls.map(([text]) => text).join('');
  try {
    const code = await runCli(args);
    return { code, stdout: textOf(stdout), stderr: textOf(stderr) };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}
