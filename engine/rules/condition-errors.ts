import { plainNumberOf } from './units.ts';

/** One thing that is wrong with a condition, and at which character. */
export interface Fault {
  readonly message: string;
  readonly character: number;
}

/** What the expression language throws. */
export interface LanguageError {
  readonly code: string;
  readonly summary: string;
  /** Characters of the condition. */
  readonly range?: { readonly start: number };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  double: 'a number',
  int: 'a whole number',
  bool: 'true or false',
  Rating: 'a rating',
};

const WORDS: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };

/** What the expression language found wrong, as a trader would be told. */
export function explainLanguageError(error: LanguageError, text: string): string {
  const start = error.range?.start ?? 0;
  const { summary } = error;
  switch (error.code) {
    case 'unexpected_token':
    case 'expected_token':
    case 'unexpected_character':
      return explainSyntax(text, start);
    case 'unterminated_string':
    case 'newline_in_string':
      return 'this text is not closed; end it with the quote it began with';
    case 'no_such_overload':
      return explainOperator(summary);
    case 'no_matching_overload':
      return `this function is not for such values (${summary.replace(/^found /, '')})`;
    case 'invalid_logical_operand':
      return 'both sides of && and || must be true or false; compare them with something';
    default:
      return summary;
  }
}

function explainSyntax(text: string, start: number): string {
  const rest = text.slice(start);
  const number = explainNumber(text, start);
  if (number !== null) return number;
  if (rest.trim() === '') return 'the condition ends too soon; something is missing here';
  if (/^[=&|]/.test(rest)) return `write ${rest[0]!.repeat(2)} instead of ${rest[0]}`;
  const word = /^[A-Za-z_]+/.exec(rest)?.[0];
  const meant = word === undefined ? undefined : WORDS[word.toLowerCase()];
  if (meant !== undefined) return `write ${meant} instead of ${word}`;
  return `${word ?? rest[0]} does not belong here; && or || may be missing before it`;
}

/** What a number was meant to be that is written as people do: 5m, 5_000_000, 5,000,000, 10%, 7 days. */
function explainNumber(text: string, start: number): string | null {
  const before = /(?<![\w.])\d[\d.]*\s*%?\s*$/.exec(text.slice(0, start))?.[0];
  if (before === undefined) return null;
  const after = before.includes('%') ? '' : /^(?:[_,]\d+)*\s*[A-Za-z]*/.exec(text.slice(start))![0];
  const written = `${before}${after}`.trim();
  if (!/[^\d.]/.test(written) || WORDS[after.trim().toLowerCase()] !== undefined) return null;
  const plain = plainNumberOf(written);
  if (plain !== null) return `write ${plain} instead of ${written}`;
  return `${written} is no number; write the number alone, in the unit that docs/rules.md gives`;
}

/** "no such overload: Rating < string". */
function explainOperator(summary: string): string {
  const [, left = '', operator = '', right = ''] = /: (\S+) (\S+) (.+)$/.exec(summary) ?? [];
  if (left === 'Rating' || right === 'Rating' || right.includes('Rating')) {
    return 'a rating is compared by instrument.rating.isBelow("BBB"), isAtLeast, isAbove or is';
  }
  if (operator === '') {
    const isNot = summary.includes(': !');
    return isNot ? '! needs something that is true or false' : '- needs a number';
  }
  const [a, b] = [left, right].map((type) => TYPE_NAMES[type] ?? type.replace('list', 'a list'));
  return `${a} ${operator} ${b} means nothing; both sides must be of one kind`;
}
