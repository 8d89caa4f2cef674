/** Maps [from, to] to pixels by logarithm. */
export class LogScale {
  readonly #from: number;
  readonly #perDecade: number;
  readonly #start: number;

  constructor(from: number, to: number, startPixel: number, endPixel: number) {
    this.#from = Math.log10(from);
    this.#perDecade = (endPixel - startPixel) / (Math.log10(to) - this.#from);
    this.#start = startPixel;
  }

  at(value: number): number {
    return this.#start + (Math.log10(value) - this.#from) * this.#perDecade;
  }
}

/** Over more decades than this, only powers of ten are marked. */
const DECADES_MARKED_FINELY = 2;

/** Marks of a logarithmic axis, from one at or below `low` to one at or above `high`, both above 0. */
export function logMarks(low: number, high: number): number[] {
  const isFine = Math.log10(high / low) <= DECADES_MARKED_FINELY;
  const steps = isFine ? [1, 2, 5] : [1];
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const marks: number[] = [];
  for (let decade = first; decade <= last; decade++) {
    for (const step of steps) marks.push(Number(`${step}e${decade}`));
  }
  const from = marks.findLastIndex((mark) => mark <= low);
  const to = marks.findIndex((mark) => mark >= high);
  return marks.slice(Math.max(0, from), to === from ? to + 2 : to + 1);
}
