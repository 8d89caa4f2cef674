import { FirstcallError } from '../../schemas/errors.ts';
import type { Place } from './source.ts';

/** Further problems are counted, not listed. */
const MAX_LISTED = 50;
/** Characters of a source line that are shown; a longer one is cut around the caret. */
const MAX_SHOWN = 160;
/** The same of the path to a field, of which the end is shown. */
const MAX_PATH = 120;

interface Problem extends Place {
  /** Made only where it is listed: looking for what a name was meant to be takes its time. */
  readonly message: string | (() => string);
}

/** What is wrong with a rules file, gathered so that all of it can be said at once. */
export class Problems {
  readonly #found: Problem[] = [];

  add({ path, at }: Place, message: Problem['message']): void {
    this.#found.push({ path, at, message });
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  /** Throws FirstcallError `badRules` when anything was added. `text`: the file, for its lines. */
  throwIfAny(file: string, text: string): void {
    if (this.isEmpty) return;
    const inOrder = [...this.#found].sort((a, b) => a.at - b.at);
    const said = inOrder.slice(0, MAX_LISTED).map((problem) => describe(problem, file, text));
    const rest = inOrder.length - said.length;
    if (rest > 0) said.push(`and ${rest} more`);
    throw new FirstcallError('badRules', said.join('\n'));
  }
}

/** `FILE:LINE:COL: field: message`, the line, and a caret under the place. */
function describe({ path, at, message }: Problem, file: string, text: string): string {
  const said = typeof message === 'string' ? message : message();
  const what = path === '' ? said : `${path.slice(-MAX_PATH)}: ${said}`;
  if (at < 0) return `${file}: ${what}`;
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at);
  const line = text.slice(0, start).split('\n').length;
  const column = at - start;
  const from = column > MAX_SHOWN - 20 ? column - MAX_SHOWN / 2 : 0;
  const shown = text.slice(start + from, Math.min(end, start + from + MAX_SHOWN)).trimEnd();
  // A tab stays one, so that the caret stands under its character however wide the tab is.
  const indent = shown
    .slice(0, column - from)
    .padEnd(column - from)
    .replace(/[^\t]/g, ' ');
  return `${file}:${line}:${column + 1}: ${what}\n  ${shown}\n  ${indent}^`;
}
