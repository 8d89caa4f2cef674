/** Brackets, or dashes of one line, that are open at once. */
const MAX_DEPTH = 64;
export const TOO_DEEP = 'is nested too deeply';

const NEWLINE = 0x0a;
const LEXER_MARKS: ReadonlySet<number> = new Set([0x02, 0x18, 0x1f]);

/** What the tokens of a YAML text say without parsing it: refuses what makes the parser slow. */
export class YamlShape {
  readonly #text: string;
  /** Brackets that are open. */
  #brackets = 0;
  /** Dashes and the like since the line began, each of which opens a list or a map. */
  #marks = 0;
  /** The same between brackets, since the last bracket or comma. */
  #inner = 0;
  /** Marks of the beginning or the end of a document. */
  #documents = 0;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Character of the text that the next token begins with. */
  get at(): number {
    return this.#at;
  }

  /** Takes the next token: null, or why the text is refused at this place. */
  refuse(token: string): string | null {
    const message = this.#note(token);
    // The lexer's own marks are no part of the text.
    if (message === null && !LEXER_MARKS.has(token.charCodeAt(0))) this.#at += token.length;
    return message;
  }

  #note(token: string): string | null {
    switch (token[0]) {
      case '\n':
        this.#marks = 0;
        return null;
      case ',':
        this.#inner = 0;
        return null;
      case '[':
      case '{':
        this.#inner = 0;
        return ++this.#brackets > MAX_DEPTH ? TOO_DEEP : null;
      case ']':
      case '}':
        this.#inner = 0;
        this.#brackets = Math.max(0, this.#brackets - 1);
        return null;
      case '%':
        return this.#isAtLineStart() ? 'has a % directive, which is not read' : null;
      case '-':
      case '?':
      case ':':
      case '.':
        if (token.length === 1) return this.#noteMark();
        if (token !== '---' && token !== '...') return null;
        return ++this.#documents > 2 ? 'has more than one document' : null;
      default:
        return null;
    }
  }

  #noteMark(): string | null {
    const open = this.#brackets > 0 ? ++this.#inner : ++this.#marks;
    return open > MAX_DEPTH ? TOO_DEEP : null;
  }

  #isAtLineStart(): boolean {
    return this.#at === 0 || this.#text.charCodeAt(this.#at - 1) === NEWLINE;
  }
}
