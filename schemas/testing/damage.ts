import fc from 'fast-check';

/** Replaces, removes or inserts some bytes. */
const damage = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 3 }),
  insert: fc.array(fc.oneof(fc.integer({ min: 0x80, max: 0xff }), fc.nat({ max: 255 })), {
    maxLength: 3,
  }),
});

/** What can happen to the bytes of a message on their way; tests only. */
export const damages = fc
  .array(damage, { minLength: 1, maxLength: 4 })
  .map((changes) => (bytes: Uint8Array): Uint8Array => {
    let damaged = [...bytes];
    for (const { at, remove, insert } of changes) {
      damaged = damaged.toSpliced(Math.floor(at * damaged.length), remove, ...insert);
    }
    return Uint8Array.from(damaged);
  });
