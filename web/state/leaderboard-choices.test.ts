import { expect, it } from 'vitest';
import { USUAL_COLUMNS } from './grid-columns.ts';
import { LeaderboardChoices } from './leaderboard-choices.ts';

it('compares two dealers at most: a third takes the place of the first', () => {
  const choices = new LeaderboardChoices();
  for (const dealer of ['A', 'B', 'C']) choices.toggleCompared(dealer);
  expect(choices.compared.value).toEqual(['B', 'C']);
  choices.toggleCompared('B');
  expect(choices.compared.value).toEqual(['C']);
});

it('begins with the usual columns and no pin, where nothing is remembered', () => {
  const choices = new LeaderboardChoices();
  expect(choices.columns.value).toEqual(USUAL_COLUMNS);
  choices.toggleColumn('session');
  choices.toggleColumn('coverBps');
  expect(choices.columns.value).toEqual([
    ...USUAL_COLUMNS.filter((id) => id !== 'session'),
    'coverBps',
  ]);
  choices.togglePin('CORP');
  expect(choices.pins.value).toEqual(['CORP']);
});
