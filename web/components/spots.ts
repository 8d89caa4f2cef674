import { changeOf, flash } from './flash.ts';

/** A place for text that changes often: only the characters of one text node are exchanged. */
export class TextSpot {
  readonly #node: Text;

  constructor(element: Element) {
    const existing = element.firstChild;
    this.#node = existing instanceof Text ? existing : element.appendChild(new Text(''));
  }

  /** Returns whether it reads differently now. */
  write(text: string): boolean {
    if (this.#node.data === text) return false;
    this.#node.data = text;
    return true;
  }
}

/** A number that flashes when what is written changes; what the digits cannot show is no news. */
export class NumberSpot {
  readonly #element: HTMLElement;
  readonly #text: TextSpot;
  readonly #isHigherBetter: boolean | null;
  #last: { readonly value: number | null } | null = null;

  /** `isHigherBetter` null: a change is neither better nor worse. */
  constructor(element: HTMLElement, isHigherBetter: boolean | null) {
    this.#element = element;
    this.#text = new TextSpot(element);
    this.#isHigherBetter = isHigherBetter;
  }

  /** `isStill`: a change is no news here. */
  write(text: string, value: number | null, isStill = false): void {
    const last = this.#last;
    this.#last = { value };
    if (!this.#text.write(text) || last === null || isStill) return;
    flash(this.#element, changeOf(last.value, value, this.#isHigherBetter));
  }
}
