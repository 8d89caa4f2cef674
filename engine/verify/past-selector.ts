import type { Selection, SelectRequest } from '../../schemas/selection.ts';
import type { Rules } from '../rules/rules.ts';
import type { BoardBuffer } from '../scoreboard/board.ts';
import { BoardSelector } from '../scoreboard/board-selector.ts';
import type { Model } from '../scoring/model.ts';
import type { DealerHistory } from './dealer-history.ts';

export interface PastSelectorOptions {
  /** The merged board of a stepper. */
  readonly board: BoardBuffer;
  readonly partitions: number;
  readonly model: Model;
  readonly modelHash: string;
  readonly dealers: DealerHistory;
}

/** Rules and the hash by which decisions name them. */
export interface NamedRules {
  readonly rules: Rules;
  readonly hash: string;
}

/** What else than the board a decision goes by. */
export interface PastContext extends NamedRules {
  /** Sequence of the newest dealer record. */
  readonly directory: number;
  readonly degradedPartitions: readonly number[];
}

/** Selects on a stepper's board, by any rules and as of any state of the dealer database. */
export class PastSelector {
  readonly #options: PastSelectorOptions;
  #selector: BoardSelector | null = null;
  #directory = 0;

  constructor(options: PastSelectorOptions) {
    this.#options = options;
  }

  /** Throws FirstcallError as BoardSelector.select does. */
  select(order: SelectRequest, context: PastContext): Selection {
    const { rules, hash, directory, degradedPartitions } = context;
    const selector = this.#at(directory, context);
    selector.useRules(rules, hash);
    return selector.select(order, degradedPartitions);
  }

  /** A selector can learn of dealers, but not forget them: it is made anew where there were fewer. */
  #at(directory: number, { rules, hash }: NamedRules): BoardSelector {
    if (this.#selector !== null && directory === this.#directory) return this.#selector;
    const { dealers, board, ...about } = this.#options;
    const records = dealers.at(directory);
    this.#selector = new BoardSelector({
      ...about,
      merged: board,
      rules,
      rulesHash: hash,
      records,
    });
    this.#selector.know(dealers.idsAt(directory));
    this.#directory = directory;
    return this.#selector;
  }
}
