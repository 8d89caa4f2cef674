import type { ASTNode, ParseResult } from '@marcbachmann/cel-js';
import { nearestName } from '../../schemas/nearest-name.ts';
import { explainLanguageError, type Fault, type LanguageError } from './condition-errors.ts';
import type { Vocabulary } from './condition-fields.ts';
import {
  languageFor,
  MAX_CHARACTERS,
  MAX_DEPTH,
  MAX_PARTS,
  TEXT_TESTS,
} from './condition-language.ts';
import { impossibleTexts } from './impossible-texts.ts';
import { RATING_TESTS, spanOf } from './ratings.ts';
import { sayList } from './units.ts';

/** What is wrong with a condition. */
export class ConditionError extends Error {
  readonly faults: readonly Fault[];

  constructor(...faults: readonly Fault[]) {
    super(faults.map(({ message }) => message).join('; '));
    this.faults = faults;
  }
}

function fault(message: string, character: number): ConditionError {
  return new ConditionError({ message, character });
}

/**
 * Parses a condition and checks all of it: names, types, functions and bounds. `isPast`: it was in force
 * already, so what is merely of no use is let through. Throws ConditionError.
 */
export function checkCondition(text: string, vocabulary: Vocabulary, isPast = false): ASTNode {
  if (text.trim() === '') throw fault('is empty; leave it out for "always"', 0);
  if (text.length > MAX_CHARACTERS) throw tooComplicated(0);
  const parsed = parse(text, vocabulary);
  const faults = splitAnd(parsed.ast).flatMap((part) => faultsOf(part, vocabulary, isPast));
  if (faults.length > 0) throw new ConditionError(...faults);
  const result = parsed.check();
  if (result.error !== undefined) throw fromLanguage(result.error, text);
  if (result.type !== 'bool') {
    throw fault('is not a condition; compare it with something', parsed.ast.start);
  }
  return parsed.ast;
}

/** The parts that && joins. */
export function splitAnd(node: ASTNode): ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(splitAnd) : [node];
}

function parse(text: string, vocabulary: Vocabulary): ParseResult {
  try {
    return languageFor(vocabulary).parse(text);
  } catch (error) {
    throw fromLanguage(error as LanguageError, text);
  }
}

/** What is wrong with a part: the first thing on each side of its operators. */
function faultsOf(part: ASTNode, vocabulary: Vocabulary, isPast: boolean): readonly Fault[] {
  const faults = faultsIn(part, vocabulary);
  return faults.length > 0 || isPast ? faults : impossibleTexts(part, vocabulary);
}

function faultsIn(node: ASTNode, vocabulary: Vocabulary): readonly Fault[] {
  if (node.op === '!_' || node.op === '-_') return faultsIn(node.args, vocabulary);
  if (CHECKS[node.op] === undefined) {
    return (node.args as readonly ASTNode[]).flatMap((side) => faultsIn(side, vocabulary));
  }
  try {
    checkNode(node, vocabulary);
    return [];
  } catch (error) {
    if (error instanceof ConditionError) return error.faults;
    throw error;
  }
}

function fromLanguage(error: LanguageError, text: string): ConditionError {
  if (error.code === 'limit_exceeded') return tooComplicated(error.range?.start ?? 0);
  return fault(explainLanguageError(error, text), error.range?.start ?? 0);
}

function tooComplicated(character: number): ConditionError {
  const bounds = `${MAX_CHARACTERS} characters, ${MAX_PARTS} parts and ${MAX_DEPTH} levels`;
  return fault(`is too complicated: at most ${bounds}; make several rules of it`, character);
}

type Check = (node: never, vocabulary: Vocabulary) => void;

/** What is checked of a part besides its own parts; `&&`, comparisons and the like need nothing. */
const CHECKS: Readonly<Record<string, Check>> = {
  value: ({ args, start }: NodeOf<'value'>) => checkValue(args, start),
  '.': checkField,
  id: ({ args, start }: NodeOf<'id'>, vocabulary) => {
    throw unknownName(args, start, vocabulary);
  },
  call: checkCall,
  rcall: checkMethod,
  '!_': ({ args }: NodeOf<'!_'>, vocabulary) => checkNode(args, vocabulary),
  '-_': ({ args }: NodeOf<'-_'>, vocabulary) => checkNode(args, vocabulary),
  in: ({ args }: NodeOf<'in'>, vocabulary) => checkIn(args, vocabulary),
  list: notHere('a list may only stand to the right of "in"'),
  map: notHere('a map is not allowed here'),
  '[]': notHere('[...] after a value is not allowed here'),
  '/': checkDivision,
  '%': notHere('% is not known here; a share is a number, such as 0.1 for 10%'),
};

type NodeOf<Op extends ASTNode['op']> = ASTNode & { op: Op };

function notHere(message: string): Check {
  return ({ start }: ASTNode) => {
    throw fault(message, start);
  };
}

/** Lets through what the compiler knows, all of which takes a bounded time, and refuses the rest. */
function checkNode(node: ASTNode, vocabulary: Vocabulary): void {
  const check = CHECKS[node.op];
  if (check !== undefined) check(node as never, vocabulary);
  else for (const part of node.args as readonly ASTNode[]) checkNode(part, vocabulary);
}

function checkDivision({ args, start }: NodeOf<'/'>, vocabulary: Vocabulary): void {
  for (const part of args) checkNode(part, vocabulary);
  if (!args.every(isWhole)) return;
  throw fault('divides whole numbers; write 7.0 instead of 7', start);
}

function checkValue(value: unknown, character: number): void {
  if (typeof value === 'bigint') {
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return;
    throw fault('is too large for a whole number; write it as 1e20', character);
  }
  if (typeof value === 'string') {
    if (!/\p{Surrogate}/u.test(value)) return;
    throw fault('has half a character in it', character);
  }
  if (typeof value === 'number' || typeof value === 'boolean') return;
  throw fault('write a text, a number, true or false', character);
}

/** Whether a part is a whole number as the language sees it: made of literals without a point. */
function isWhole(node: ASTNode): boolean {
  if (node.op === 'value') return typeof node.args === 'bigint';
  if (node.op === '-_') return isWhole(node.args);
  return ['+', '-', '*'].includes(node.op) && (node.args as ASTNode[]).every(isWhole);
}

function checkField(node: NodeOf<'.'>, vocabulary: Vocabulary): void {
  const [owner, name] = node.args;
  if (owner.op !== 'id') throw fault(`this has no field ${name}`, node.pos);
  if (!vocabulary.variables.includes(owner.args)) {
    throw unknownName(owner.args, owner.start, vocabulary);
  }
  if (vocabulary.find(owner.args, name) !== undefined) return;
  const own = vocabulary.fields.filter((field) => field.variable === owner.args);
  const names = own.map((field) => field.name);
  throw fault(
    `${owner.args} has no ${name}; ${didYouMean(name, names, `it has ${sayList(names, 'and')}`)}`,
    node.pos,
  );
}

function unknownName(name: string, character: number, vocabulary: Vocabulary): ConditionError {
  const { variables, fields } = vocabulary;
  if (variables.includes(name)) {
    const example = fields.find((field) => field.variable === name)!.name;
    return fault(`${name} needs a field, such as ${name}.${example}`, character);
  }
  const field = fields.find((known) => known.name === name);
  const meant = field && `${field.variable}.${field.name}`;
  const hint =
    meant === undefined
      ? didYouMean(
          name,
          variables,
          `a condition here can use ${sayList(variables, 'and')}, and texts need quotes`,
        )
      : `did you mean ${meant}?`;
  return fault(`there is no ${name}; ${hint}`, character);
}

function didYouMean(wrong: string, known: readonly string[], otherwise: string): string {
  const meant = nearestName(wrong, known);
  return meant === null ? otherwise : `did you mean ${meant}?`;
}

function checkCall(node: NodeOf<'call'>, vocabulary: Vocabulary): void {
  const [name, parts] = node.args;
  if (name !== 'has') {
    const hint = `${name}() is not a function here; the only one is has(...)`;
    throw fault(hint, node.start);
  }
  const [field] = parts;
  if (parts.length !== 1 || field?.op !== '.') {
    throw fault('has() takes one field, such as has(instrument.rating)', node.start);
  }
  checkNode(field, vocabulary);
}

const METHODS = [...Object.keys(RATING_TESTS), ...Object.keys(TEXT_TESTS)];
const UNBOUNDED = ['matches', 'all', 'exists', 'exists_one', 'map', 'filter', 'bind'];

function checkMethod(node: NodeOf<'rcall'>, vocabulary: Vocabulary): void {
  const [name, receiver, parts] = node.args;
  if (!METHODS.includes(name)) {
    const why = UNBOUNDED.includes(name)
      ? 'is refused, because its time has no bound'
      : 'is not known';
    const hint = didYouMean(name, METHODS, `there are ${sayList(METHODS, 'and')}`);
    throw fault(`${name}() ${why}; ${hint}`, receiver.end + 1);
  }
  checkNode(receiver, vocabulary);
  const [part] = parts;
  if (!Object.hasOwn(RATING_TESTS, name)) {
    for (const each of parts) checkNode(each, vocabulary);
    return;
  }
  if (parts.length !== 1 || part?.op !== 'value' || typeof part.args !== 'string') {
    throw fault(`${name}() takes one rating in quotes, such as "BBB"`, node.start);
  }
  if (spanOf(part.args) !== null) return;
  throw fault(
    part.args === 'NR'
      ? 'NR is neither above nor below a rating; ask instrument.isRated'
      : `"${part.args}" is not a rating; ratings are "AAA", "AA+", "AA" and so on, down to "D"`,
    part.start,
  );
}

function checkIn([item, list]: readonly [ASTNode, ASTNode], vocabulary: Vocabulary): void {
  checkNode(item, vocabulary);
  if (list.op === '.') {
    checkInField(list, vocabulary);
    return;
  }
  const isLiteral = list.op === 'list' && list.args.every(({ op }) => op === 'value');
  if (!isLiteral) {
    const hint = 'to the right of "in" stands a list of values, such as ["CORP", "GOVT"]';
    throw fault(hint, list.start);
  }
  for (const { args, start } of list.args) checkValue(args, start);
}

function checkInField(list: NodeOf<'.'>, vocabulary: Vocabulary): void {
  checkField(list, vocabulary);
  const owner = list.args[0].args as string;
  if (vocabulary.find(owner, list.args[1])!.type === 'list<string>') return;
  throw fault(`${owner}.${list.args[1]} is not a list; use contains()`, list.start);
}
