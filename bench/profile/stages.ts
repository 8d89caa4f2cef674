import type { CallFrame } from './cpu-profile.ts';

const OTHER_STAGE = 'the rest';

/** Stages of an event's and an order's way, by the source that runs; the first that matches has it. */
const STAGES: readonly { readonly stage: string; readonly sources: RegExp }[] = [
  { stage: 'NATS client', sources: /node_modules\/@nats-io\// },
  { stage: 'encode', sources: /msgpack\/.*Encoder|schemas\/(msgpack|record|row|selection)-writer/ },
  {
    stage: 'decode',
    sources: /node_modules\/@msgpack\/|schemas\/(codec|msgpack|table|event-message)/,
  },
  {
    stage: 'validate',
    sources: /node_modules\/typebox|schemas\/|workers\/(event-intake|message-)/,
  },
  { stage: 'RFQs: results and analyses', sources: /engine\/lifecycle\// },
  {
    stage: 'sums',
    sources: /engine\/scoreboard\/(score-sink|board-writer|block-arena|pair)|engine\/scoring\//,
  },
  { stage: 'boards: merge and read', sources: /engine\/scoreboard\// },
  { stage: 'rules', sources: /engine\/rules\// },
  { stage: 'select', sources: /engine\/selection\// },
  { stage: 'rank', sources: /workers\/(rank|topic)/ },
  { stage: 'gateway', sources: /engine\/gateway\/|node_modules\/(uWebSockets|ws)\// },
  { stage: 'take, publish, snapshots', sources: /workers\// },
  { stage: 'sockets and event loop', sources: /^node:/ },
];

const BUILT_IN_STAGES = new Map([
  ['(garbage collector)', 'garbage collection'],
  ['(program)', 'native code, kernel'],
]);

/** `source`: the file that was compiled to where the frame is. */
export function stageOf({ functionName }: CallFrame, source: string): string {
  const builtIn = BUILT_IN_STAGES.get(functionName);
  if (builtIn !== undefined) return builtIn;
  return STAGES.find(({ sources }) => sources.test(source))?.stage ?? OTHER_STAGE;
}
