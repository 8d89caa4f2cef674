import type { Invocation } from './command.ts';

/** Prints an answer as text for people, or whole as JSON where `--json` asks for that. */
export function printAnswer<T>(
  { flags }: Invocation,
  answer: T,
  describe: (answer: T) => string,
): void {
  const text = flags.has('json') ? JSON.stringify(answer, null, 2) : describe(answer);
  process.stdout.write(`${text.trimEnd()}\n`);
}
