import { expect } from 'vitest';

const VOID = ['meta', 'br', 'img', 'link'];
const TOKEN =
  /<(\/?)([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>|<!doctype html>|[^<]+|</gi;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** What we write: each tag closed, in order, every sign escaped. Fails the test otherwise. */
export function assertWellFormed(text: string): void {
  const open: string[] = [];
  for (const [token, closes, name, , isEmpty] of text.matchAll(TOKEN)) {
    expect(token, 'a sign that is not escaped').not.toBe('<');
    if (name === undefined) {
      if (!token.startsWith('<')) expect(token).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
    } else if (closes === '/') expect(open.pop()).toBe(name);
    else if (isEmpty !== '/' && !VOID.includes(name)) open.push(name);
  }
  expect(open).toEqual([]);
}

/** The texts of all elements, without their tags, white space made one space. */
export function textsOf(text: string): string[] {
  const elements = text.replace(/<style>[\s\S]*?<\/style>/g, '').split(/<\/?(?!span)[a-z][^>]*>/i);
  return elements
    .map((element) => element.replace(/<[^>]+>/g, ''))
    .map((element) => element.replace(/&[a-z#\d]+;/g, (entity) => ENTITIES[entity]!))
    .map((element) => element.replace(/\s+/g, ' ').trim())
    .filter((element) => element !== '');
}
