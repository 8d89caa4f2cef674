import { RfqBook } from '../../engine/lifecycle/rfq-book.ts';
import { Seen } from '../../engine/lifecycle/seen.ts';
import { SimOutputs } from './ground.ts';

/** Bugs that can be put in on purpose, each of a kind that the simulation is there to find. */
export const PLANTS: Readonly<Record<string, () => void>> = {
  /** One check for duplicates is dropped: ids are forgotten at once. */
  duplicates: () => {
    Seen.prototype.note = () => undefined;
  },
  /** What a message has led to elsewhere is told again after a crash. */
  outputs: () => {
    const { reopen } = SimOutputs.prototype;
    SimOutputs.prototype.reopen = function (this: SimOutputs): void {
      const stored = this.stored.splice(0);
      reopen.call(this);
      this.stored.push(...stored);
    };
  },
  /** Open RFQs are not in a snapshot. */
  openRfqs: () => {
    RfqBook.prototype.restore = () => {};
  },
};

/** Whether there is a bug of that name; it is put in then. */
export function plant(name: string): boolean {
  PLANTS[name]?.();
  return name in PLANTS;
}
