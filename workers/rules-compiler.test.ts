import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { projectRoot } from '../engine/platform/project-root.ts';
import { readRules } from '../engine/rules/rules-file.ts';
import { DEFAULT_MODEL, type Model } from '../engine/scoring/model.ts';
import { RulesCompiler } from './rules-compiler.ts';

const model: Model = {
  ...DEFAULT_MODEL,
  tcaMetrics: [{ name: 'slippage', higherIsBetter: false, prior: 0, priorVariance: 1 }],
};
const example = readFileSync(join(projectRoot(), 'examples', 'rules.yaml'), 'utf8');
const lines = (count: number, line: (i: number) => string) =>
  `rules:\n${Array.from({ length: count }, (_, i) => line(i)).join('')}`;
const long = lines(
  500,
  (i) =>
    `- name: r${i}\n  when: order.usd > ${i} && order.side == "buy"\n  count: ${1 + (i % 9)}\n`,
);
const ORDER = { order: { side: 'buy', quantity: 400 }, instrument: { id: 'I', currency: 'USD' } };

describe('a compiler', () => {
  const troubles: unknown[] = [];
  const compilers: RulesCompiler[] = [];
  const open = () => {
    const compiler = new RulesCompiler({ model, onTrouble: (error) => troubles.push(error) });
    compilers.push(compiler);
    return compiler;
  };
  afterEach(async () => {
    await Promise.all(compilers.splice(0).map((compiler) => compiler.close()));
    troubles.length = 0;
  });

  test.each([
    ['a short file', 'rules: [{ name: a, weights: { tca.slippage: 0.1 } }]'],
    ['the example', example],
    ['a long file', long],
    [
      'a long note',
      `rules: [{ name: a, note: "${'x'.repeat(1_990)}", count: 2 }] # ${'x'.repeat(99)}`,
    ],
  ])('makes of %s what readRules does', async (_, text) => {
    const compiler = open();
    const [wanted, rules] = [readRules(text, { model }), await compiler.compile(text)];
    expect(rules.canonical).toBe(wanted.canonical);
    expect(rules.size).toBe(wanted.size);
    expect(await compiler.read(text)).toMatchObject({
      canonical: wanted.canonical,
      size: wanted.size,
    });
    const facts = { ...ORDER, market: {} } as never;
    expect(rules.decide(facts).trace).toEqual(wanted.decide(facts).trace);
    expect(troubles).toEqual([]);
  });

  test.each([
    ['a short file', 'rules: [{ name: a, wenn: order.usd > 1 }]'],
    ['a long file', lines(500, (i) => `- { name: r${i}, when: "order.usd >> ${i}", cuont: 1 }\n`)],
    ['what is no YAML', `rules: [\n${'#\n'.repeat(2_000)}`],
    ['what is too long', 'x'.repeat(70_000)],
    ['a metric of another model', long.replace('count: 1', 'weights: { tca.spread: 1 }')],
  ])('refuses %s in the words of readRules', async (_, text) => {
    const refusalOf = (read: () => unknown) => {
      try {
        return read();
      } catch (error) {
        return error;
      }
    };
    const wanted = refusalOf(() => readRules(text, { model, file: 'desk.yaml' }));
    expect(wanted).toMatchObject({ code: 'badRules' });
    await expect(open().compile(text, 'desk.yaml')).rejects.toEqual(wanted);
    expect(troubles).toEqual([]);
  });

  test('does without a thread that dies, and has another one for the next file', async () => {
    const compiler = open();
    // A thread that is ended while it loads its modules can end Node.js as well.
    const wanted = (await compiler.compile(long)).canonical;
    const reading = compiler.compile(long);
    const next = compiler.compile(long);
    await new Promise(setImmediate);
    await Promise.all(compiler.threads.map((thread) => thread.terminate()));
    expect((await reading).canonical).toBe(wanted);
    expect((await next).canonical).toBe(wanted);
    expect(troubles).toHaveLength(1);
  });

  test('gives up what it reads when it is closed', async () => {
    const compiler = open();
    const reading = [compiler.compile(long), compiler.read(long)];
    await compiler.close();
    for (const each of reading) await expect(each).rejects.toMatchObject({ code: 'notReady' });
    await expect(compiler.read('rules: []')).rejects.toMatchObject({ code: 'notReady' });
    expect(troubles).toEqual([]);
  });
});
