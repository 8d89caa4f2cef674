import type { NatsConnection } from '@nats-io/transport-node';
import type { DealerId, Micros } from '../schemas/ids.ts';
import type { DeskBody } from '../schemas/protocol.ts';
import type { LogNames } from '../schemas/subjects.ts';
import { DealerDirectory } from './dealer-directory.ts';
import type { ReferenceServices } from './gateway/services.ts';
import { InstrumentMaster } from './instrument-master.ts';
import type { Logger } from './platform/logger.ts';
import type { EventPublisher } from './platform/publisher.ts';
import { runInTurns } from './platform/turns.ts';
import { ReferenceEditor } from './reference-editor.ts';
import { sayUnknownDealers } from './rules/unknown-dealers.ts';
import { RulesKeeper } from './rules-keeper.ts';
import type { Model } from './scoring/model.ts';

export interface DeskOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partitions: number;
  readonly model: Model;
  readonly logger: Logger;
  readonly publisher: EventPublisher;
  /** How far the log's time has come; 0: no event yet. */
  eventTime(): Micros;
  /** Whether anything was ever heard of a dealer. */
  wasObserved(dealerId: DealerId): boolean;
  /** The rules in force have changed. */
  onRules(): void;
  /** The dealer database has been read. */
  onDealers(): void;
  onFatal(error: unknown): void;
}

/** What selections go by besides scores: rules and records, and whoever keeps and changes them. */
export class Desk {
  readonly rules: RulesKeeper;
  readonly directory: DealerDirectory;
  readonly #instruments: InstrumentMaster;
  readonly #editor: ReferenceEditor;

  constructor(options: DeskOptions) {
    const { nc, names, partitions, model, logger, publisher, onRules, onDealers, onFatal } =
      options;
    const onTrouble = (error: unknown) => logger.warn({ err: error }, 'records are read again');
    const source = { nc, names, partitions, publisher, onTrouble };
    this.directory = new DealerDirectory({ ...source, onCaughtUp: onDealers, onFatal });
    this.#instruments = new InstrumentMaster(source);
    const { directory: dealers } = this;
    this.#editor = new ReferenceEditor({
      ...source,
      dealers,
      instruments: this.#instruments,
      eventTime: () => options.eventTime(),
    });
    this.rules = new RulesKeeper({
      nc,
      names,
      model,
      logger,
      warningsOf: (canonical) => this.#warningsOf(canonical, options),
      audit: (entry, id) => void publisher.audit('rules', entry, id).catch(onFatal),
      onChange: onRules,
    });
  }

  /** None where there is no dealer database to go by, or it has not been read. */
  async #warningsOf(canonical: string, { wasObserved }: DeskOptions): Promise<readonly string[]> {
    const { directory } = this;
    if (!directory.ready || directory.size === 0) return [];
    const isKnown = (id: string) => directory.get(id) !== undefined || wasObserved(id as DealerId);
    return await runInTurns(sayUnknownDealers(canonical, { ids: directory.ids, isKnown }));
  }

  /** What the gateway asks of records. */
  get reference(): ReferenceServices {
    return {
      dealers: () => this.directory.all(),
      dealer: (id) => this.directory.records.version(id),
      instruments: (range) => this.#instruments.list(range),
      instrument: (id) => this.#instruments.version(id),
      editDealer: (edit) => this.#editor.editDealer(edit),
      editInstrument: (edit) => this.#editor.editInstrument(edit),
    };
  }

  /** What a client needs of it to select by itself. */
  body(): DeskBody {
    const { hash, rules } = this.rules.current;
    return {
      rulesHash: hash,
      rules: rules.canonical,
      directory: this.directory.sequence,
      dealers: this.directory.all().map(({ record }) => record),
    };
  }

  async close(): Promise<void> {
    await this.rules.close();
    await this.#editor.close();
    await Promise.all([this.directory.close(), this.#instruments.close()]);
  }
}
