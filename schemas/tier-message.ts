import Type from 'typebox';
import { DealerIdSchema, MicrosSchema, TokenSchema } from './ids.ts';

const Tier = Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
  description: '1 is best; null: none, for want of evidence.',
});

/** Audit record: the tiers of one asset class that a UTC midnight has changed. */
export const TierMessageSchema = Type.Object(
  {
    type: Type.Literal('tiers'),
    assetClass: TokenSchema,
    tsEvent: Type.Unsafe<number>({ ...MicrosSchema, description: 'The midnight.' }),
    modelHash: Type.String({ description: 'Hash of the scoring model.' }),
    changes: Type.Array(
      Type.Object({
        dealerId: DealerIdSchema,
        from: Tier,
        to: Tier,
        composite: Type.Union([Type.Number(), Type.Null()], {
          description: 'As of the midnight; null: too little evidence.',
        }),
      }),
      { description: 'Dealers that have another tier than before, by id.' },
    ),
  },
  { description: 'Tiers of an asset class that a midnight has changed.' },
);
export type TierMessage = Type.Static<typeof TierMessageSchema>;
