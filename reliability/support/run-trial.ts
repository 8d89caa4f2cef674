import { UndoStack } from '../../bench/support/undo-stack.ts';
import type { Trial, TrialContext } from './trial.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a trial, says what its checks found, and returns the exit code. */
export async function runTrial(
  trial: Trial,
  options: Omit<TrialContext, 'say' | 'defer'>,
): Promise<number> {
  const undos = new UndoStack();
  const beganMs = performance.now();
  const say = (line: string): void => {
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(1).padStart(6);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };
  const interrupt = (signal: NodeJS.Signals): void => {
    say(`${signal}: stopping`);
    void undos.run().finally(() => process.exit(130));
  };
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    say(`${trial.name}, seed ${options.seed}: ${trial.question}`);
    const checks = await trial.run({ ...options, say, defer: (undo) => undos.add(undo) });
    for (const { name, passed, found } of checks)
      say(`${passed ? 'pass' : 'FAIL'}: ${name}: ${found}`);
    const failed = checks.filter(({ passed }) => !passed).length;
    say(failed === 0 ? `all ${checks.length} checks passed` : `${failed} checks FAILED`);
    return failed === 0 ? 0 : 1;
  } finally {
    await undos.run();
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
