import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  Lexer,
  type LineCounter,
  Parser,
  visit,
  YAMLParseError,
} from 'yaml';
import { FORBIDDEN_KEYS } from './codec-keys.ts';
import { finish, type Steps } from './steps.ts';
import { TOO_DEEP, YamlShape } from './yaml-shape.ts';

/** Tokens of a text, white space included: parsing takes two microseconds for each. */
const MAX_TOKENS = 20_000;
/** Of one step. */
const STEP_TOKENS = 256;
/** Characters at which a token ends or begins. */
const MARKS: ReadonlySet<number> = new Set(
  Array.from('[]{},:-?"\'#&*!|>%@`.\n\r', (mark) => mark.charCodeAt(0)),
);
/** A file that a person writes has fewer: names and white space are tokens as well. */
const MARKS_PER_TOKEN = 0.6;
/** Problems of one text that are told. */
const MAX_PROBLEMS = 50;
const OPTIONS = {
  version: '1.2',
  prettyErrors: false,
  logLevel: 'error',
  uniqueKeys: false,
} as const;

interface YamlProblem {
  readonly message: string;
  /** Character of the text. */
  readonly at: number;
}

export interface BoundedYaml {
  /** Null: the text was not parsed at all. */
  readonly document: Document.Parsed | null;
  readonly problems: readonly YamlProblem[];
}

export interface YamlBounds {
  readonly lineCounter?: LineCounter;
  /** MAX_TOKENS, unless a program of its own reads more. */
  readonly tokensMax?: number;
  /** Whether aliases and keys that are no names are problems, so that `toJS` makes plain data. */
  readonly isPlain?: boolean;
}

/**
 * Parses one YAML 1.2 document in a time that its length bounds: the parser takes seconds for some texts
 * of 64 KB, and throws for others. Never throws.
 */
export function parseBoundedYaml(text: string, bounds: YamlBounds = {}): BoundedYaml {
  return finish(boundedYamlSteps(text, bounds));
}

/** The same in steps: of some microseconds for each token, and a last one of a third of the time. */
export function* boundedYamlSteps(text: string, bounds: YamlBounds = {}): Steps<BoundedYaml> {
  const { lineCounter, tokensMax = MAX_TOKENS, isPlain = false } = bounds;
  const tokens = yield* tokensOf(text, tokensMax);
  if (!Array.isArray(tokens)) return unparsed(text, tokens, lineCounter);
  const document = yield* parse(text, tokens, lineCounter);
  if (document === null) return unparsed(text, { message: TOO_DEEP, at: 0 }, lineCounter);
  const problems: YamlProblem[] = document.errors
    .slice(0, MAX_PROBLEMS)
    .map(({ message, pos }) => ({ message, at: pos[0] }));
  if (problems.length === 0) problems.push(...problemsOf(document, isPlain));
  return { document, problems };
}

/** A line counter is told the lines by the parser, and else by us. */
function unparsed(
  text: string,
  problem: YamlProblem,
  lineCounter: LineCounter | undefined,
): BoundedYaml {
  if (lineCounter !== undefined) {
    lineCounter.lineStarts = [0];
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
      lineCounter.addNewLine(end + 1);
    }
  }
  return { document: null, problems: [problem] };
}

/** What the text consists of, or why it is not parsed. */
function* tokensOf(text: string, tokensMax: number): Steps<string[] | YamlProblem> {
  const tooLarge = `is too large: ${tokensMax} tokens at most`;
  const crowdedAt = whereCrowded(text, MARKS_PER_TOKEN * tokensMax);
  if (crowdedAt >= 0) return { message: tooLarge, at: crowdedAt };
  const shape = new YamlShape(text);
  const tokens: string[] = [];
  for (const token of new Lexer().lex(text)) {
    const message = tokens.push(token) > tokensMax ? tooLarge : shape.refuse(token);
    if (message !== null) return { message, at: shape.at };
    if (tokens.length % STEP_TOKENS === 0) yield;
  }
  return tokens;
}

/** Where the text has more than so many characters that mean something to YAML; -1: it has not. */
function whereCrowded(text: string, most: number): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    if (MARKS.has(text.charCodeAt(at)) && ++count > most) return at;
  }
  return -1;
}

/** Null: it is nested too deeply for the parser, which recurses. */
function* parse(
  text: string,
  tokens: readonly string[],
  lineCounter: LineCounter | undefined,
): Steps<Document.Parsed | null> {
  const parser = new Parser(lineCounter?.addNewLine);
  lineCounter?.addNewLine(0);
  const parsed: SyntaxToken[] = [];
  try {
    for (const [i, token] of tokens.entries()) {
      for (const each of parser.next(token)) parsed.push(each);
      if (i % STEP_TOKENS === 0) yield;
    }
    for (const each of parser.end()) parsed.push(each);
    return compose(text, parsed);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type SyntaxToken = ReturnType<Parser['next']> extends Generator<infer Each> ? Each : never;

/** The document; an empty one where the text has none. */
function compose(text: string, parsed: readonly SyntaxToken[]): Document.Parsed {
  const { stackTraceLimit } = Error;
  // Thousands of errors may be made, and nobody looks at where.
  Error.stackTraceLimit = 0;
  try {
    const [first, second] = new Composer(OPTIONS).compose(parsed, true, text.length);
    if (second !== undefined) {
      const [start, end] = second.range;
      const message = 'Source contains multiple documents';
      first!.errors.push(new YAMLParseError([start, end], 'MULTIPLE_DOCS', message));
    }
    return first!;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What the parser lets through, or looks for in the square of the time. */
function problemsOf(document: Document.Parsed, isPlain: boolean): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const note = (node: unknown, message: string) => {
    const at = (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0;
    if (problems.length < MAX_PROBLEMS) problems.push({ message, at });
  };
  visit(document, (_, node) => {
    if (isPlain && isAlias(node)) note(node, 'YAML aliases are not allowed here');
    if (!isMap(node)) return;
    const keys = new Set<unknown>();
    for (const { key } of node.items) {
      if (!isScalar(key)) {
        if (isPlain) note(key, 'a key must be a plain name');
      } else if (isPlain && FORBIDDEN_KEYS.has(key.value)) {
        note(key, `key "${key.value}" is not allowed`);
      } else if (keys.has(key.value)) note(key, 'Map keys must be unique');
      else keys.add(key.value);
    }
  });
  return problems;
}
