import Type from 'typebox';
import type {
  DeltaFrame,
  DeskFrame,
  ErrorFrame,
  PongFrame,
  SelectionFrame,
  SnapshotFrame,
  StatusFrame,
} from './protocol.ts';
import { DealerEventSchema, InstrumentEventSchema } from './reference.ts';
import { sameAs } from './same-as.ts';
import { count, micros, orNull, text } from './schema-words.ts';
import {
  degradedPartitions,
  LogPositionSchema,
  lagMs,
  modelHash,
  rankedDealer,
  rulesHash,
  SelectionAnswerSchema,
} from './selection-schema.ts';

// What the engine says, as schemas: for the generated documents and for clients that check what
// they are sent. The engine itself is held to the interfaces, and the compiler holds the two equal.

const SumsRowSchema = Type.Object(
  {
    dealerId: text('Dealer, or * for all of them pooled.'),
    sums: Type.Array(Type.Number(), {
      description:
        'A mask of columns, times of the newest quote and ask, then a cell for each (engine/scoring/block.ts).',
    }),
  },
  { description: 'Decayed sums of one dealer at one scope.' },
);

const topicState = {
  topic: text('Topic, as it was subscribed to.'),
  seq: count('Numbers the states of a topic; a delta applies to exactly seq - 1.'),
  asOf: micros('Smallest watermark of the partitions, epoch microseconds.'),
  position: LogPositionSchema,
  rows: Type.Array(Type.Union([Type.Object(rankedDealer), SumsRowSchema])),
};
const directory = count('Sequence, in the stream of `all`, of the newest dealer record; 0: none.');
const requestId = count('That of the frame that this answers.');

/** Every frame that the engine sends to a subscriber, by type. */
export const SERVER_FRAME_SCHEMAS = {
  snapshot: sameAs<SnapshotFrame>()(
    Type.Object(
      {
        type: Type.Literal('snapshot'),
        ...topicState,
        modelHash,
        instrument: Type.Optional(InstrumentEventSchema),
      },
      { description: 'The whole state of a topic; replaces whatever the subscriber held.' },
    ),
  ),
  delta: sameAs<DeltaFrame>()(
    Type.Object(
      {
        type: Type.Literal('delta'),
        ...topicState,
        removed: Type.Array(text('Dealer.'), { description: 'Dealers that left the topic.' }),
      },
      { description: 'Rows that changed since seq - 1, whole, and dealers that left.' },
    ),
  ),
  selection: sameAs<SelectionFrame>()(
    Type.Object(
      { type: Type.Literal('selection'), requestId, selection: SelectionAnswerSchema },
      { description: 'Answers a select frame.' },
    ),
  ),
  desk: sameAs<DeskFrame>()(
    Type.Object(
      {
        type: Type.Literal('desk'),
        requestId,
        rulesHash,
        rules: text('The rules as text; rulesHash is the hash of it.'),
        directory,
        dealers: Type.Array(DealerEventSchema, { description: 'The newest record of each.' }),
      },
      { description: 'Answers a desk frame: what a selection goes by besides scores.' },
    ),
  ),
  status: sameAs<StatusFrame>()(
    Type.Object(
      {
        type: Type.Literal('status'),
        ready: Type.Boolean({
          description: 'Every partition has caught up with the log, and lagMs is within bounds.',
        }),
        reasons: Type.Array(text('Sentence.'), { description: 'Why it is not ready.' }),
        lagMs,
        degradedPartitions,
        modelHash,
        rulesHash,
        directory,
        asOf: orNull(micros('Smallest watermark, epoch microseconds; null: no event yet.')),
        scopes: Type.Array(text('Scope.'), {
          description: 'Every ranked segment, asset class and ALL, sorted.',
        }),
      },
      { description: 'Sent on connecting and whenever it changes; of lagMs, the whole seconds.' },
    ),
  ),
  pong: sameAs<PongFrame>()(
    Type.Object(
      { type: Type.Literal('pong'), requestId },
      { description: 'Answers a ping frame.' },
    ),
  ),
  error: sameAs<ErrorFrame>()(
    Type.Object(
      {
        type: Type.Literal('error'),
        code: Type.Union([
          Type.Literal('badFrame'),
          Type.Literal('unknownTopic'),
          Type.Literal('tooManyTopics'),
          Type.Literal('badOrder'),
          Type.Literal('notReady'),
          Type.Literal('tooLarge'),
          Type.Literal('internal'),
        ]),
        message: text('What was wrong, where.'),
        requestId: Type.Optional(requestId),
        topic: Type.Optional(text('Of the subscription that failed.')),
      },
      { description: 'A frame was refused.' },
    ),
  ),
} as const;
