import { randomUUID } from 'node:crypto';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  jetstream,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { encode } from '../schemas/codec.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { InstrumentId, Micros } from '../schemas/ids.ts';
import type { EditResult, RecordEdit, RecordVersion } from '../schemas/record-edit.ts';
import type { InstrumentMessage } from '../schemas/record-message.ts';
import type { DealerEvent, InstrumentEvent } from '../schemas/reference.ts';
import type { LogNames, PartitionName } from '../schemas/subjects.ts';
import { composeRecord, type RecordShape } from './compose-record.ts';
import type { DealerDirectory } from './dealer-directory.ts';
import type { InstrumentMaster } from './instrument-master.ts';
import { OneByOne } from './platform/one-by-one.ts';
import type { EventPublisher } from './platform/publisher.ts';
import { saysTheSame } from './record-content.ts';
import type { RecordFollower } from './record-follower.ts';
import { bucketOf, RecordMirror } from './record-mirror.ts';

export interface ReferenceEditorOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly publisher: EventPublisher;
  readonly dealers: DealerDirectory;
  readonly instruments: InstrumentMaster;
  /**
   * How far the log's time has come. Changes are of then and not of the clock: they must not move the
   * time of a log that is behind it, such as a replayed one.
   */
  eventTime(): Micros;
  onTrouble?(error: unknown): void;
}

/** Edits that wait for their turn; further ones are refused. */
const WAITING_MAX = 256;
/** Times that somebody else may be faster with another record. */
const ATTEMPTS_MAX = 16;

interface Target<R extends DealerEvent | InstrumentEvent> extends RecordShape<R> {
  readonly partition: PartitionName;
  readonly records: RecordFollower<R>;
}

/**
 * Changes records of the dealer database and the security master: a change is a new event in the log,
 * published only if nobody has published one of the kind since what it is based on was read. Edits are made
 * one after the other; an edit is of the record as it was when the edit came, so that of two at once
 * the second is a `conflict`.
 */
export class ReferenceEditor {
  readonly #options: ReferenceEditorOptions;
  readonly #js: JetStreamClient;
  readonly #mirror: RecordMirror;
  readonly #turns = new OneByOne();
  #isClosing = false;

  constructor(options: ReferenceEditorOptions) {
    this.#options = options;
    this.#js = jetstream(options.nc);
    const onTrouble = options.onTrouble ?? (() => {});
    this.#mirror = new RecordMirror(options.nc, bucketOf(options.names, 'instruments'), onTrouble);
  }

  /**
   * Rejects with FirstcallError `badRecord` (its message begins with the field), `noRecord`, `conflict`,
   * or `notReady` when the log cannot be asked now.
   */
  async editDealer(edit: RecordEdit): Promise<EditResult<DealerEvent>> {
    const { records } = this.#options.dealers;
    if (!records.ready) throw notReady('the dealer database is still being read');
    const compose = (fields: Record<string, unknown>) => ({
      ...fields,
      kind: 'dealer',
      dealerId: edit.id,
      changedBy: edit.by,
      changeReason: edit.reason,
    });
    // What it wrote goes to the audit log and the mirror with every other version (DealerDirectory).
    return await this.#inTurn({ kind: 'dealer', partition: 'all', records, compose }, edit);
  }

  /** As `editDealer`. */
  async editInstrument(edit: RecordEdit): Promise<EditResult<InstrumentEvent>> {
    const { instruments, publisher } = this.#options;
    await instruments.version(edit.id as InstrumentId);
    const records = instruments.recordsOf(edit.id);
    const partition = instruments.partitionOf(edit.id);
    const before = records.version(edit.id);
    const compose = (fields: Record<string, unknown>) => ({
      ...fields,
      kind: 'instrument',
      instrumentId: edit.id,
    });
    const target: Target<InstrumentEvent> = { kind: 'instrument', partition, records, compose };
    const result = await this.#inTurn(target, edit);
    if (result.outcome === 'unchanged') return result;
    const { sequence, record: after } = result;
    const { id, by, reason } = edit;
    const entry: InstrumentMessage = {
      type: 'instrument',
      partition,
      sequence,
      instrumentId: id as InstrumentId,
      by,
      reason,
      before: before?.record ?? null,
      after,
    };
    await publisher.audit('instrument', entry, `instrument-${partition}-${sequence}`);
    this.#mirror.put(id, partition, { sequence, index: 0, record: after });
    return result;
  }

  /** Resolves when the instruments that were edited are in their bucket. */
  async flush(): Promise<void> {
    await this.#mirror.flush();
  }

  /** Refuses the edits that wait. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#turns.ended();
    await this.#mirror.close();
  }

  #inTurn<R extends DealerEvent | InstrumentEvent>(
    target: Target<R>,
    edit: RecordEdit,
  ): Promise<EditResult<R>> {
    if (this.#turns.waiting >= WAITING_MAX) {
      return Promise.reject(notReady(`${WAITING_MAX} edits wait already`));
    }
    const basis = target.records.version(edit.id);
    return this.#turns.run(() => this.#edit(target, edit, basis));
  }

  async #edit<R extends DealerEvent | InstrumentEvent>(
    target: Target<R>,
    edit: RecordEdit,
    basis: RecordVersion<R> | undefined,
  ): Promise<EditResult<R>> {
    const { records } = target;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (this.#isClosing) throw notReady('the engine is stopping');
      refuseConflict(edit, basis, records.version(edit.id));
      const stamp = { id: `edit-${randomUUID()}`, tsEvent: this.#options.eventTime() };
      const record = composeRecord(target, edit, basis?.record, stamp);
      if (saysTheSame(record, basis?.record)) {
        return { outcome: 'unchanged', sequence: basis!.sequence, record: basis!.record };
      }
      if (basis === undefined && records.isFull) throw notReady('there are too many records');
      const sequence = await this.#publish(target, record, records.read);
      if (sequence !== null) {
        await records.reached(sequence);
        return { outcome: basis === undefined ? 'created' : 'changed', sequence, record };
      }
      await records.readThrough();
    }
    throw notReady('others change records all the time');
  }

  /** The sequence of the event; null if the log has a newer one of the kind than `read`. */
  async #publish<R extends DealerEvent | InstrumentEvent>(
    { kind, partition }: Target<R>,
    record: R,
    read: number,
  ): Promise<number | null> {
    const subject = this.#options.names.events(partition, kind);
    const expect = { lastSubjectSequence: read };
    try {
      return (await this.#js.publish(subject, encode(record), { msgID: record.id, expect })).seq;
    } catch (cause) {
      if (isWrongSequence(cause)) return null;
      const message = `the log did not confirm the change, which may have been made: ${cause}`;
      throw new FirstcallError('notReady', message, { cause });
    }
  }
}

function refuseConflict<R>(
  { id, expectedSequence }: RecordEdit,
  basis: RecordVersion<R> | undefined,
  now: RecordVersion<R> | undefined,
): void {
  const sequence = now?.sequence ?? 0;
  if (expectedSequence !== undefined && expectedSequence !== sequence) {
    const message = `${id}: is at version ${sequence}, not ${expectedSequence}; read it again`;
    throw new FirstcallError('conflict', message);
  }
  if (now === basis) return;
  const message = `${id}: was changed meanwhile, to version ${sequence}; read it again`;
  throw new FirstcallError('conflict', message);
}

function isWrongSequence(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
      error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  );
}

function notReady(message: string): FirstcallError {
  return new FirstcallError('notReady', `${message}; try again`);
}
