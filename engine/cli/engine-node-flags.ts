/**
 * What node is told for an engine. Decoding and selecting make much short-lived garbage: with 128 MB
 * of room for it, a collection comes less often than once in a thousand selections. V8 counts buffers as
 * if they were old objects, and with little else on the heap collects all of it for a few megabytes of
 * messages, every second under load: it does so at 256 MB at the soonest.
 */
export const ENGINE_NODE_FLAGS: readonly string[] = [
  '--max-semi-space-size=128',
  '--initial-old-space-size=256',
];
