import type { NatsConnection } from '@nats-io/transport-node';
import type { LogNames } from '../schemas/subjects.ts';
import type { TierMessage } from '../schemas/tier-message.ts';
import type { TierVerdict } from '../workers/tier-keeper.ts';
import { newestAudit } from './newest-audit.ts';
import type { EventPublisher } from './platform/publisher.ts';

/**
 * Writes changes of tiers to the audit log, once: an engine that reads its log again comes to the
 * same verdicts, and finds here how far they were written.
 */
export class TierLog {
  readonly #nc: NatsConnection;
  readonly #names: LogNames;
  readonly #publisher: EventPublisher;
  readonly #modelHash: string;
  #last: Promise<TierMessage | null> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(nc: NatsConnection, names: LogNames, publisher: EventPublisher, modelHash: string) {
    this.#nc = nc;
    this.#names = names;
    this.#publisher = publisher;
    this.#modelHash = modelHash;
  }

  /** Verdicts in the order in which they were made. Rejects when the log does not take them. */
  write(verdicts: readonly TierVerdict[]): Promise<void> {
    if (verdicts.length > 0) this.#writing = this.#writing.then(() => this.#write(verdicts));
    return this.#writing;
  }

  async #write(verdicts: readonly TierVerdict[]): Promise<void> {
    this.#last ??= this.#newest();
    const last = await this.#last;
    for (const verdict of verdicts) {
      if (last !== null && !isAfter(verdict, last)) continue;
      const { assetClass, tsEvent, changes } = verdict;
      const message: TierMessage = {
        type: 'tiers',
        assetClass,
        tsEvent,
        modelHash: this.#modelHash,
        changes: changes as TierMessage['changes'],
      };
      const id = `tiers-${this.#modelHash}-${assetClass}-${tsEvent}`;
      await this.#publisher.audit('tiers', message, id);
    }
  }

  /** Another model's verdicts are not ours, so that after a change of model all are written. */
  async #newest(): Promise<TierMessage | null> {
    const last = await newestAudit<TierMessage>(this.#nc, this.#names, 'tiers');
    return last?.modelHash === this.#modelHash ? last : null;
  }
}

/** Midnights ascend, and asset classes within each. */
function isAfter(verdict: TierVerdict, last: TierMessage): boolean {
  if (verdict.tsEvent !== last.tsEvent) return verdict.tsEvent > last.tsEvent;
  return verdict.assetClass > last.assetClass;
}
