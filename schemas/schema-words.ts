import Type from 'typebox';
import { type Micros, MicrosSchema } from './ids.ts';

// Short forms of what schemas of messages are made of.

export const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
export const text = (description: string) => Type.String({ description });
export const count = (description: string) => Type.Integer({ minimum: 0, description });
export const micros = (description: string) =>
  Type.Unsafe<Micros>({ ...MicrosSchema, description });
