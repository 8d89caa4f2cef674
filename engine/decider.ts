import { randomUUID } from 'node:crypto';
import { createHistogram, performance } from 'node:perf_hooks';
import { FirstcallError } from '../schemas/errors.ts';
import type { DealerId } from '../schemas/ids.ts';
import type { Override, OverrideRequest } from '../schemas/override.ts';
import type { Selection, SelectRequest } from '../schemas/selection.ts';
import type { DealerDirectory } from './dealer-directory.ts';
import { DecisionBook } from './decision-book.ts';
import type { DecisionAndOverrides } from './gateway/services.ts';
import type { EventPublisher } from './platform/publisher.ts';
import { refuseAnyOrder } from './rules/dealer-admission.ts';
import type { BoardSelector } from './scoreboard/board-selector.ts';

export interface DeciderOptions {
  readonly selector: BoardSelector;
  /** Nothing is selected until it has been read. */
  readonly directory: DealerDirectory;
  readonly publisher: EventPublisher;
  /** Partitions that are being rebuilt. */
  degraded(): readonly number[];
  /** No further decision would be recorded. */
  onFatal(error: unknown): void;
}

/** Records on their way to the log before further decisions are refused. */
const MAX_PENDING = 10_000;

/** Decides whom to call, and lets traders decide otherwise; either goes into the audit log. */
export class Decider {
  readonly #options: DeciderOptions;
  readonly #decisions = new DecisionBook();
  /** Nanoseconds of each selection. */
  readonly selectNanos = createHistogram();
  /** Sequence of the directory whose dealers the selector knows. */
  #metAt = 0;
  #pending = 0;

  constructor(options: DeciderOptions) {
    this.#options = options;
  }

  /** Decisions and overrides that are on their way to the log. */
  get waiting(): number {
    return this.#pending;
  }

  /** Throws FirstcallError `notReady`, and what BoardSelector.select() throws. */
  select(order: SelectRequest): Selection {
    const { selector, publisher, degraded } = this.#options;
    this.#refuseUnrecorded();
    this.#meetDealers();
    const start = performance.now();
    const selection = selector.select(order, degraded());
    this.selectNanos.record(Math.max(1, Math.round((performance.now() - start) * 1e6)));
    this.#decisions.add(selection);
    this.#record(publisher.decision(selection));
    return selection;
  }

  /** What `select` would decide, recorded nowhere. Throws as it does. */
  preview(order: SelectRequest): Selection {
    const { selector, degraded } = this.#options;
    this.#meetDealers();
    return selector.select(order, degraded());
  }

  /** Throws FirstcallError `unknownDecision`. */
  decision(decisionId: string): DecisionAndOverrides {
    return this.#decisions.get(decisionId);
  }

  /** Throws FirstcallError `notReady`, and what DecisionBook.override() throws. */
  override(decisionId: string, request: OverrideRequest): Override {
    const { selector, directory, publisher } = this.#options;
    this.#refuseUnrecorded();
    const override = this.#decisions.override(decisionId, request, {
      isKnown: (dealerId) => selector.knows(dealerId),
      refusalOf: (dealerId) => refuseAnyOrder(directory.get(dealerId)),
    });
    this.#record(publisher.audit('override', override, randomUUID()));
    return override;
  }

  /**
   * Who has a record may be selected, though nothing of it was observed. Throws FirstcallError
   * `notReady` until the records have been read.
   */
  #meetDealers(): void {
    const { selector, directory } = this.#options;
    if (!directory.ready) {
      throw new FirstcallError('notReady', 'the dealer database is still being read; try again');
    }
    if (this.#metAt === directory.sequence) return;
    this.#metAt = directory.sequence;
    selector.know([...directory.ids] as DealerId[]);
  }

  #refuseUnrecorded(): void {
    if (this.#pending < MAX_PENDING) return;
    const why = 'the log has not taken the last 10,000 decisions';
    throw new FirstcallError('notReady', `no selection without a record of it: ${why}`);
  }

  #record(recording: Promise<void>): void {
    this.#pending++;
    recording
      // The connection is closed, or the server takes no such record: none would be recorded.
      .catch((error) => this.#options.onFatal(error))
      .finally(() => {
        this.#pending--;
      });
  }
}
