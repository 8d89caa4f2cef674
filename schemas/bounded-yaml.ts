import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  Lexer,
  type LineCounter,
  parseDocument,
  visit,
} from 'yaml';

import { FORBIDDEN_KEYS } from './codec-keys.ts';

/** Brackets, or dashes of one line, that are open at once. */
const MAX_DEPTH = 64;
/** Tokens of a text, white space included: parsing takes two microseconds for each. */
const MAX_TOKENS = 20_000;
/** Problems of one text that are told. */
const MAX_PROBLEMS = 50;

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
  const refusal = refuseShape(text, bounds.tokensMax ?? MAX_TOKENS);
  if (refusal !== null) return unparsed(text, refusal, bounds);
  const document = parse(text, bounds.lineCounter);
  if (document === null) return unparsed(text, { message: TOO_DEEP, at: 0 }, bounds);
  const problems: YamlProblem[] = document.errors
    .slice(0, MAX_PROBLEMS)
    .map(({ message, pos }) => ({ message, at: pos[0] }));
  if (problems.length === 0) problems.push(...problemsOf(document, bounds.isPlain ?? false));
  return { document, problems };
}

/** A line counter is told the lines by the parser, and else by us. */
function unparsed(text: string, problem: YamlProblem, { lineCounter }: YamlBounds): BoundedYaml {
  if (lineCounter !== undefined) {
    lineCounter.lineStarts = [0];
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
      lineCounter.addNewLine(end + 1);
    }
  }
  return { document: null, problems: [problem] };
}

const TOO_DEEP = 'is nested too deeply';

/** What the tokens of a text say without parsing it. */
function refuseShape(text: string, tokensMax: number): YamlProblem | null {
  const crowdedAt = whereCrowded(text, MARKS_PER_TOKEN * tokensMax);
  if (crowdedAt >= 0)
    return { message: `is too large: ${tokensMax} tokens at most`, at: crowdedAt };
  const shape: Shape = { brackets: 0, marks: 0, documents: 0 };
  let [tokens, at] = [0, 0];
  for (const token of new Lexer().lex(text)) {
    if (++tokens > tokensMax) return { message: `is too large: ${tokensMax} tokens at most`, at };
    const isAtLineStart = at === 0 || text.charCodeAt(at - 1) === NEWLINE;
    const message = noteToken(token, shape, isAtLineStart);
    if (message !== null) return { message, at };
    // The lexer's own marks are no part of the text.
    if (!LEXER_MARKS.has(token.charCodeAt(0))) at += token.length;
  }
  return null;
}

/** Where the text has more than so many characters that mean something to YAML; -1: it has not. */
function whereCrowded(text: string, most: number): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    if (MARKS.has(text.charCodeAt(at)) && ++count > most) return at;
  }
  return -1;
}

interface Shape {
  /** That are open. */
  brackets: number;
  /** Dashes and the like since the line began, each of which opens a list or a map. */
  marks: number;
  /** Marks of the beginning or the end of a document. */
  documents: number;
}

const NEWLINE = 0x0a;
/** Characters at which a token ends or begins. */
const MARKS: ReadonlySet<number> = new Set(
  Array.from('[]{},:-?"\'#&*!|>%@`.\n\r', (mark) => mark.charCodeAt(0)),
);
/** A file that a person writes has fewer: names and white space are tokens as well. */
const MARKS_PER_TOKEN = 0.6;
const LEXER_MARKS: ReadonlySet<number> = new Set([0x02, 0x18, 0x1f]);

function noteToken(token: string, shape: Shape, isAtLineStart: boolean): string | null {
  switch (token[0]) {
    case '\n':
      shape.marks = 0;
      return null;
    case '[':
    case '{':
      return ++shape.brackets > MAX_DEPTH ? TOO_DEEP : null;
    case ']':
    case '}':
      shape.brackets = Math.max(0, shape.brackets - 1);
      return null;
    case '%':
      return isAtLineStart ? 'has a % directive, which is not read' : null;
    case '-':
    case '?':
    case ':':
    case '.':
      if (token.length === 1) return noteMark(shape);
      if (token !== '---' && token !== '...') return null;
      return ++shape.documents > 2 ? 'has more than one document' : null;
    default:
      return null;
  }
}

/** Between brackets they open nothing. */
function noteMark(shape: Shape): string | null {
  if (shape.brackets > 0) return null;
  return ++shape.marks > MAX_DEPTH ? TOO_DEEP : null;
}

function parse(text: string, lineCounter?: LineCounter): Document.Parsed | null {
  const options = {
    version: '1.2',
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys: false,
  } as const;
  const { stackTraceLimit } = Error;
  // Thousands of errors may be made, and nobody looks at where.
  Error.stackTraceLimit = 0;
  try {
    return parseDocument(text, lineCounter === undefined ? options : { ...options, lineCounter });
  } catch (error) {
    // The parser recurses as deep as the text is nested.
    if (error instanceof RangeError) return null;
    throw error;
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
