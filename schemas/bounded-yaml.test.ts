import { describe, expect, test } from 'vitest';
import { LineCounter } from 'yaml';
import { parseBoundedYaml } from './bounded-yaml.ts';

const problemOf = (text: string, isPlain = false) => {
  const lineCounter = new LineCounter();
  const [problem] = parseBoundedYaml(text, { lineCounter, isPlain }).problems;
  return problem && `${lineCounter.linePos(problem.at).line}: ${problem.message}`;
};

describe('what it takes', () => {
  test.each([
    ['', null],
    ['a: 1\nb: [x, {y: z}]\n', { a: 1, b: ['x', { y: 'z' }] }],
    ['---\na: 100% sure\n...\n', { a: '100% sure' }],
    [
      `{a: {b: 1, c: 2}, d: [${'{e: 1}, '.repeat(100)}]}`,
      { a: { b: 1, c: 2 }, d: Array(100).fill({ e: 1 }) },
    ],
    [
      'text: |\n  %YAML is a word here\n  - - - - -\n',
      { text: '%YAML is a word here\n- - - - -\n' },
    ],
    [`a: "${'['.repeat(500)}"\n`, { a: '['.repeat(500) }],
  ])('%j', (text, value) => {
    const { document, problems } = parseBoundedYaml(text, { isPlain: true });
    expect(problems).toEqual([]);
    expect(document!.toJS()).toEqual(value);
  });
});

describe('what it refuses, and in which line', () => {
  test.each([
    ['brackets too deep', `a: 1\nb: ${'['.repeat(65)}`, '2: is nested too deeply'],
    ['dashes too deep', `a:\n${'- '.repeat(65)}x`, '2: is nested too deeply'],
    ['colons too deep', `a: 1\nb: {\n${'c:\n '.repeat(65)}}`, '67: is nested too deeply'],
    ['too many tokens', '- a\n'.repeat(20_000), '6001: is too large: 20000 tokens at most'],
    ['a directive', '%YAML 1.1\n---\na: 1\n', '1: has a % directive, which is not read'],
    ['documents', 'a: 1\n---\nb: 1\n---\nc: 1\n---\n', '6: has more than one document'],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', '3: Map keys must be unique'],
    ['a hostile key', 'a: {__proto__: {b: 1}}\n', '1: key "__proto__" is not allowed'],
    ['an alias', 'a: &x 1\nb: *x\n', '2: YAML aliases are not allowed here'],
    ['a key that is none', '? [a]\n: b\n', '1: a key must be a plain name'],
  ])('%s', (_, text, message) => {
    expect(problemOf(text, true)).toBe(message);
  });
});

test('indents that are too deep are refused by whoever notices first', () => {
  const lines = Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:`);
  expect(problemOf(lines.join('\n'))).toMatch(/too deeply|call stack/);
});

test('two documents are an error of the parser, and errors are few', () => {
  expect(problemOf('a: 1\n---\nb: 1\n')).toContain('multiple documents');
  expect(parseBoundedYaml('&a '.repeat(5_000)).problems).toHaveLength(50);
});
