import type { Config } from '../platform/config.ts';

/** A flag of one command, besides the settings, which are flags everywhere. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  /** What stands for the value in the help, `FILE`. */
  readonly value?: string;
  readonly description: string;
  /** Path of the setting that this flag is a shorter name of. */
  readonly setting?: string;
}

/** What a command is run with. */
export interface Invocation {
  readonly config: Config;
  /** Values of the command's own flags that were given. */
  readonly flags: ReadonlyMap<string, string | true>;
  readonly positionals: readonly string[];
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The words after the name: `FILE --mapping MAP.yaml`. */
  readonly usage: string;
  /** Paragraphs of the command's help. */
  readonly details: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
  /** Settings that this command's help lists; every setting is accepted. */
  readonly settings: readonly string[];
  /** How many positional arguments it takes, [least, most]. */
  readonly positionals: readonly [number, number];
  /** True: arguments are not read but passed on. */
  readonly passesArguments?: boolean;
  /** Resolves with the exit code. */
  run(invocation: Invocation): Promise<number>;
}

/** Somebody called it wrong: printed with a hint at the help, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
