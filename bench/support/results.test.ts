import { expect, test } from 'vitest';
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
