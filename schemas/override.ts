import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { firstError } from './first-error.ts';
import { type DealerId, DealerIdSchema, type Micros, type OrderId, OrderIdSchema } from './ids.ts';
import { sameAs } from './same-as.ts';
import { text } from './schema-words.ts';
import type { Plan } from './selection.ts';
import { PlanSchema } from './selection-schema.ts';

const strict = { additionalProperties: false };
const DAY_SECONDS = 86_400;
const DEALERS_MAX = 1_000;

const Dealers = Type.Array(DealerIdSchema, { maxItems: DEALERS_MAX, uniqueItems: true });

/** What a trader makes of a decision. Whatever is left out stays as it was recommended. */
const OverrideRequestSchema = Type.Object(
  {
    by: Type.String({ maxLength: 200, pattern: '\\S', description: 'Who overrides.' }),
    reason: Type.String({ maxLength: 2_000, pattern: '\\S', description: 'Why; not empty.' }),
    add: Type.Optional(Dealers),
    drop: Type.Optional(Dealers),
    order: Type.Optional(Dealers),
    protocol: Type.Optional(
      Type.Object(
        {
          kind: Type.Union([
            Type.Literal('parallel'),
            Type.Literal('staggered'),
            Type.Literal('sequential'),
          ]),
          delaySeconds: Type.Number({ minimum: 0, maximum: DAY_SECONDS }),
          timeoutSeconds: Type.Number({ exclusiveMinimum: 0, maximum: DAY_SECONDS }),
          isTwoSided: Type.Boolean(),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type OverrideRequest = Type.Static<typeof OverrideRequestSchema>;

const validator = Compile(OverrideRequestSchema);

/** Returns null if the value is an OverrideRequest, else what was wrong and where. */
export function refuseOverride(value: unknown): string | null {
  return validator.Check(value) ? null : firstError(validator, value, 'override');
}

/** Audit record: what was recommended, and what a trader did instead. */
export interface Override {
  readonly type: 'override';
  readonly decisionId: string;
  readonly orderId: OrderId;
  readonly by: string;
  readonly reason: string;
  /** As the engine decided, first to call first. */
  readonly recommended: readonly DealerId[];
  /** As the trader calls. */
  readonly called: readonly DealerId[];
  readonly added: readonly DealerId[];
  readonly dropped: readonly DealerId[];
  /** Who stays is called in another order, or an added one before somebody who stays. */
  readonly isReordered: boolean;
  readonly plan: Plan;
  /** What the rules set and the trader has gone over, one sentence each. */
  readonly breaks: readonly string[];
}

/** An override as the log has it. */
export interface RecordedOverride extends Override {
  /** When the log took it, by the clock of NATS. */
  readonly tsRecorded: Micros;
}

const dealerIds = (description: string) => Type.Array(DealerIdSchema, { description });

export const OverrideSchema = sameAs<Override>()(
  Type.Object(
    {
      type: Type.Literal('override'),
      decisionId: text('Of the decision that is overridden.'),
      orderId: OrderIdSchema,
      by: text('Who overrides.'),
      reason: text('Why.'),
      recommended: dealerIds('As the engine decided, first to call first.'),
      called: dealerIds('As the trader calls.'),
      added: dealerIds('Called, not recommended.'),
      dropped: dealerIds('Recommended, not called.'),
      isReordered: Type.Boolean({
        description:
          'Who stays is called in another order, or an added one before somebody who stays.',
      }),
      plan: PlanSchema,
      breaks: Type.Array(text('One sentence.'), {
        description: 'What the rules set and the trader has gone over.',
      }),
    },
    { description: 'What was recommended, and what a trader did instead.' },
  ),
);
