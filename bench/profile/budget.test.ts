import { expect, test } from 'vitest';
import { budgetsOf } from './budget.ts';
import type { CpuProfile } from './cpu-profile.ts';

const SHARD = 'file:///app/dist/workers/shard.js';
const NATS = 'file:///app/node_modules/@nats-io/dist/parser.js';

const frame = (functionName: string, url = '', lineNumber = 0) => {
  return { functionName, url, lineNumber, columnNumber: 0 };
};

/** (root) calls the parser of NATS, which calls the shard, which calls what is built in. */
const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 4] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('(garbage collector)') },
    { id: 4, callFrame: frame('parse', NATS), children: [5] },
    { id: 5, callFrame: frame('constructor', SHARD, 7), children: [6, 7, 8] },
    { id: 6, callFrame: frame('set') },
    { id: 7, callFrame: frame('wait') },
    { id: 8, callFrame: frame('wait', SHARD, 9) },
  ],
  samples: [2, 3, 4, 5, 6, 6, 7, 8],
  timeDeltas: [1000, 10, 200, 300, 40, 50, 1000, 1000],
};

const sourceOf = ({ url, lineNumber }: { url: string; lineNumber: number }) =>
  url === SHARD && lineNumber === 7 ? '../../engine/lifecycle/partition-state.ts' : url;

test('time is told by stage and program, what is built in counts for its caller, idle time for none', () => {
  const idle: CpuProfile = { nodes: PROFILE.nodes, samples: [2], timeDeltas: [5] };
  const [budget, ...others] = budgetsOf([PROFILE, idle, PROFILE], sourceOf);
  expect(others).toEqual([]);
  expect(budget).toMatchObject({ program: 'workers/shard', threads: 2 });
  expect(Object.fromEntries(budget!.stages)).toEqual({
    'garbage collection': 20,
    'NATS client': 400,
    'RFQs: results and analyses': 780,
  });
});
