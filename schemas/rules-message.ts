import Type from 'typebox';

const revision = Type.Integer({ minimum: 0, description: 'In NATS KV; 0: the built-in rules.' });

/** Audit record: rules have come into force, or were refused. */
export const RulesMessageSchema = Type.Union(
  [
    Type.Object({
      type: Type.Literal('rules'),
      hash: Type.String({ description: 'Hash of canonical; decisions name it as rulesHash.' }),
      canonical: Type.String({ description: 'The rules, complete, in a form of their own.' }),
      text: Type.String({ description: 'As they were loaded; empty: the built-in rules.' }),
      by: Type.String({ description: 'Who loaded them.' }),
      reason: Type.String({ description: 'Why.' }),
      revision,
    }),
    Type.Object({
      type: Type.Literal('rulesRefused'),
      revision,
      message: Type.String({ description: 'What is wrong with them.' }),
      kept: Type.String({ description: 'Hash of the rules that stay in force.' }),
    }),
  ],
  { description: 'Rules that came into force, or were refused.' },
);
export type RulesMessage = Type.Static<typeof RulesMessageSchema>;
