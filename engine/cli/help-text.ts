import { configField, type FieldSchema } from '../platform/config-fields.ts';
import { COMMON_FLAGS } from './arguments.ts';
import type { Command, Flag } from './command.ts';

const COLUMN_WIDTH = 24;
const LINE_WIDTH = 100;

/** The list of commands. */
export function overview(commands: readonly Command[]): string {
  return [
    'Firstcall scores dealers as they answer RFQs, and says whom to call first.',
    '',
    'usage: firstcall COMMAND [flags]',
    '',
    ...commands.map((command) => row(command.name, command.summary)),
    row('help', 'Show this, or the help of one command.'),
    row('version', 'Print the version.'),
    '',
    'firstcall COMMAND --help explains one command; docs/configuration.md lists every setting.',
    '',
  ].join('\n');
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const usage = ['firstcall', command.name, command.usage].filter((word) => word !== '').join(' ');
  const own = Object.entries(command.flags).map(([name, flag]) => flagRow(name, flag));
  const settings = command.settings.map(settingRow);
  const common = Object.entries(COMMON_FLAGS).map(([name, flag]) => flagRow(name, flag));
  return [
    `usage: ${usage}`,
    '',
    ...command.details.flatMap((paragraph) => [...wrap(paragraph, LINE_WIDTH), '']),
    ...(command.passesArguments ? [] : ['flags:', ...own, ...settings, ...common, '']),
    ...(settings.length > 0
      ? ['Every other setting is a flag, too: docs/configuration.md.', '']
      : []),
  ].join('\n');
}

function flagRow(name: string, flag: Flag): string {
  const value = flag.type === 'string' ? ` ${flag.value ?? 'VALUE'}` : '';
  return row(`--${name}${value}`, flag.description);
}

function settingRow(path: string): string {
  const { flag, schema } = configField(path)!;
  const value = schema.type === 'integer' || schema.type === 'number' ? 'N' : 'VALUE';
  const allowed = schema.enum === undefined ? '' : ` One of ${schema.enum.join(', ')}.`;
  const text = `${schema.description}${allowed}${describeDefault(schema)}`;
  return row(`--${flag} ${value}`, text);
}

function describeDefault({ default: value, type, unit }: FieldSchema): string {
  if (value === null || value === '') return '';
  const isNumber = type === 'integer' || type === 'number';
  return ` Default: ${value}${isNumber && unit !== undefined ? ` ${unit}` : ''}.`;
}

function row(left: string, right: string): string {
  const [first = '', ...more] = wrap(right, LINE_WIDTH - COLUMN_WIDTH - 2);
  const indent = ' '.repeat(COLUMN_WIDTH + 2);
  const head = `  ${left.padEnd(COLUMN_WIDTH - 1)} `;
  const lines = head.length > indent.length ? [head.trimEnd(), indent + first] : [head + first];
  return [...lines, ...more.map((line) => indent + line)].join('\n');
}

/** Breaks a paragraph at blanks; a word longer than the line stands alone. */
function wrap(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
