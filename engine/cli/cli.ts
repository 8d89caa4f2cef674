import { FirstcallError } from '../../schemas/errors.ts';
import { nearestName } from '../../schemas/nearest-name.ts';
import { asksForHelp, readArguments } from './arguments.ts';
import { type Command, UsageError } from './command.ts';
import { auditCommand } from './commands/audit.ts';
import { benchCommand } from './commands/bench.ts';
import { deadletterCommand } from './commands/deadletter.ts';
import { dealersCommand } from './commands/dealers.ts';
import { devCommand } from './commands/dev.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { instrumentsCommand } from './commands/instruments.ts';
import { matrixCommand } from './commands/matrix.ts';
import { overrideCommand } from './commands/override.ts';
import { engineCommand, historyCommand, simCommand } from './commands/process.ts';
import { replayCommand } from './commands/replay.ts';
import { rulesCommand } from './commands/rules.ts';
import { selectCommand } from './commands/select.ts';
import { verifyCommand } from './commands/verify.ts';
import { watchCommand } from './commands/watch.ts';
import { commandHelp, overview } from './help-text.ts';
import { version } from './version.ts';

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  devCommand,
  engineCommand,
  historyCommand,
  simCommand,
  replayCommand,
  selectCommand,
  watchCommand,
  rulesCommand,
  overrideCommand,
  matrixCommand,
  explainCommand,
  dealersCommand,
  instrumentsCommand,
  deadletterCommand,
  verifyCommand,
  auditCommand,
  benchCommand,
  doctorCommand,
];

const USAGE_EXIT_CODE = 2;
const WORDS = [...COMMANDS.map((command) => command.name), 'help', 'version'];

/** Runs the command line and resolves with the exit code: 0 well, 1 failed, 2 called wrong. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const [word, ...rest] = argv;
  try {
    if (word === undefined) {
      process.stderr.write(overview(COMMANDS));
      return USAGE_EXIT_CODE;
    }
    if (['help', '--help', '-h'].includes(word)) return showHelp(rest[0]);
    if (['version', '--version', '-v'].includes(word)) {
      process.stdout.write(`${version()}\n`);
      return 0;
    }
    return await runCommand(findCommand(word), rest);
  } catch (error) {
    return explain(word ?? '', error);
  }
}

function showHelp(name: string | undefined): number {
  const known = name === undefined || name.startsWith('-') || name === 'help' || name === 'version';
  process.stdout.write(known ? overview(COMMANDS) : commandHelp(findCommand(name)));
  return 0;
}

function findCommand(word: string): Command {
  const command = COMMANDS.find(({ name }) => name === word);
  if (command !== undefined) return command;
  const near = nearestName(word, WORDS);
  const hint = near === null ? '' : `; did you mean ${near}?`;
  const what = word.startsWith('-') ? 'unknown flag' : 'unknown command';
  throw new UsageError(`${what} ${word}${hint}`);
}

async function runCommand(command: Command, argv: readonly string[]): Promise<number> {
  if (asksForHelp(argv)) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return await command.run(readArguments(command, argv));
}

/** Errors of the world in one line or a few; our own bugs with their stack. */
function explain(word: string, error: unknown): number {
  if (error instanceof UsageError) {
    const known = COMMANDS.some(({ name }) => name === word) ? ` ${word}` : '';
    process.stderr.write(`firstcall: ${error.message}\nSee: firstcall${known} --help\n`);
    return USAGE_EXIT_CODE;
  }
  if (error instanceof FirstcallError || error instanceof RangeError) {
    process.stderr.write(`firstcall: ${error.message}\n`);
    return error instanceof FirstcallError && /^(bad|no)Config$/.test(error.code)
      ? USAGE_EXIT_CODE
      : 1;
  }
  process.stderr.write(`firstcall: ${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}
