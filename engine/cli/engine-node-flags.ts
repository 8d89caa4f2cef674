/**
 * What node is told for an engine. Decoding and selecting make much short-lived garbage: with 128 MB
 * of room for it, a collection comes less often than once in a thousand selections.
 */
export const ENGINE_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=128'];
