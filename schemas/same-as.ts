import type Type from 'typebox';

/** T without `readonly`, which a schema does not express. */
type Writable<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? Writable<E>[]
    : { -readonly [K in keyof T]: Writable<T[K]> };

type IsSame<A, B> =
  (<T>() => T extends Writable<A> ? 1 : 2) extends <T>() => T extends Writable<B> ? 1 : 2
    ? true
    : false;

/** Returns a schema as it is; does not compile unless its static type is exactly `Described`. */
export function sameAs<Described>() {
  return <S extends Type.TSchema>(
    schema: IsSame<Type.Static<S>, Described> extends true ? S : never,
  ): S => schema;
}
