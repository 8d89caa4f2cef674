/** A CPU profile as V8 writes it; only what is read here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** [samples]: id of the node that was running. */
  readonly samples: readonly number[];
  /** [samples]: microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

export interface CallFrame {
  readonly functionName: string;
  /** Empty: what V8 and Node.js have built in. */
  readonly url: string;
  /** From 0, as `columnNumber`. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What a thread does while it sleeps; `wait` is that of Atomics, or of who it is inlined into: the bell, piscina. */
const ASLEEP = ['(idle)', 'wait', 'atomicsWaitLoop'];

/**
 * Microseconds of each call frame by itself, without what it calls. What is built in counts for who
 * called it, but for the collector of garbage, and what V8 calls the program: native code.
 */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): Map<CallFrame, number> {
  const frames = new Map<number, CallFrame>();
  const parentOf = new Map<number, number>();
  for (const { id, callFrame, children = [] } of nodes) {
    frames.set(id, callFrame);
    for (const child of children) parentOf.set(child, id);
  }
  const callerOf = (id: number): CallFrame => {
    const frame = frames.get(id)!;
    const parent = parentOf.get(id);
    return isBuiltIn(frame) && !isAsleep(frame) && parent !== undefined ? callerOf(parent) : frame;
  };
  const times = new Map<CallFrame, number>();
  for (const [i, id] of samples.entries()) {
    const frame = callerOf(id);
    if (isAsleep(frame)) continue;
    times.set(frame, (times.get(frame) ?? 0) + timeDeltas[i]!);
  }
  return times;
}

const isBuiltIn = ({ url, functionName }: CallFrame): boolean =>
  url === '' && !functionName.startsWith('(');

const isAsleep = ({ functionName }: CallFrame): boolean => ASLEEP.includes(functionName);
