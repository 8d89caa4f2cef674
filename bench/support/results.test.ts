import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../engine/platform/project-root.ts';
import { madeUpRun } from './made-up-run.ts';
import { parseResults, writtenForm } from './results.ts';

const refusal = (text: string): unknown => {
  try {
    return parseResults(text, 'figures.json');
  } catch (error) {
    return error;
  }
};

test('results come back from their file as they went in', () => {
  const run = madeUpRun();
  expect(parseResults(writtenForm(run), 'again')).toEqual(run);
});

test('what is no file of figures is refused, with its name and the reason', () => {
  for (const [text, reason] of [
    ['', /figures\.json: .*JSON/],
    ['null', /figures\.json .*format is not said, and 2 is read/],
    ['{"format":1}', /figures\.json .*format is 1, and 2 is read/],
    ['{"format":2}', /figures\.json .*needs /],
    [writtenForm(madeUpRun()).replace(/"startedAt": "[^"]+"/, '"startedAt": 5'), /startedAt/],
  ] as const) {
    expect(refusal(text)).toMatchObject({
      code: 'badResults',
      message: expect.stringMatching(reason),
    });
  }
});

test('the run that the documents tell of can be shown again, and they count its targets right', () => {
  const read = (file: string) => readFileSync(join(projectRoot(), file), 'utf8');
  const { targets, benches } = parseResults(read('docs/performance.json'), 'performance.json');
  const met = targets.filter(({ verdict }) => verdict === 'met').length;
  expect(benches.flatMap(({ checks }) => checks).filter(({ passed }) => !passed)).toEqual([]);
  expect(read('docs/performance.md')).toContain(`${met} of ${targets.length} are met`);
  expect(read('README.md')).toContain(`Of ${targets.length} targets`);
  expect(read('README.md')).toContain(`${met} are met`);
});
