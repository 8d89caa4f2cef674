import { effect, type Signal, signal } from '@preact/signals';
import { USUAL_COLUMNS } from './grid-columns.ts';
import { remember, remembered } from './remember.ts';

const COMPARED_MAX = 2;
const PINS_MAX = 24;

/** What a person has chosen on the leaderboard; columns and pins are kept in this browser. */
export class LeaderboardChoices {
  readonly columns = kept('columns', USUAL_COLUMNS);
  /** Scopes at the top of the panel. */
  readonly pins = kept('pins', []);
  /** Dealers side by side, at most two. */
  readonly compared = signal<readonly string[]>([]);

  toggleColumn(id: string): void {
    this.columns.value = toggled(this.columns.value, id);
  }

  togglePin(scope: string): void {
    this.pins.value = toggled(this.pins.value, scope).slice(-PINS_MAX);
  }

  /** A third takes the place of the one that was chosen first. */
  toggleCompared(dealerId: string): void {
    this.compared.value = toggled(this.compared.value, dealerId).slice(-COMPARED_MAX);
  }
}

function toggled(list: readonly string[], item: string): readonly string[] {
  return list.includes(item) ? list.filter((each) => each !== item) : [...list, item];
}

function kept(key: string, usual: readonly string[]): Signal<readonly string[]> {
  const value = remembered(key);
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
  const list = signal<readonly string[]>(isList ? value : usual);
  effect(() => remember(key, list.value));
  return list;
}
