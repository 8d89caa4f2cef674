import assert from 'node:assert/strict';

/** HTML or SVG, as opposed to text. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | null | readonly Part[];

/** Digits of a coordinate behind the point. */
const COORDINATE_DIGITS = 2;

/** Template tag: what is put in is escaped, unless it is markup; null puts in nothing. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, i) => text + textOf(parts[i] ?? null)).join(''));
}

function textOf(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part !== 'number') return part.map(textOf).join('');
  assert(Number.isFinite(part), 'a coordinate is no number');
  return String(Number(part.toFixed(COORDINATE_DIGITS)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
