import { FirstcallError } from '../../schemas/errors.ts';
import type { BenchContext } from '../support/bench.ts';
import { RoleProcess } from '../support/role.ts';
import type { CrowdPlan, CrowdState } from './crowd-role.ts';

/** Two, so that on two cores they can take as much as one server gives. */
const PROCESSES = 2;

/** The subscribers of one server, spread over the processes. */
export class Crowd {
  readonly #processes: readonly RoleProcess[];
  readonly #numbers: readonly number[];

  constructor(processes: readonly RoleProcess[], numbers: readonly number[]) {
    this.#processes = processes;
    this.#numbers = numbers;
  }

  /** Resolves once everybody has reached a state. Throws FirstcallError `benchProcess` when that takes too long. */
  async reached(seq: number): Promise<CrowdState> {
    const state = await this.state(seq);
    if (state.there < state.members) {
      const all = `${state.there} of ${state.members} subscribers`;
      throw new FirstcallError('benchProcess', `${all} have state ${seq}, ${state.lost} are lost`);
    }
    return state;
  }

  /** Resolves once everybody has reached a state, or too late; sums over the processes. */
  async state(seq: number): Promise<CrowdState> {
    const [first, ...others] = await this.#ask<CrowdState>('reached', seq);
    return others.reduce(sumOf, first!);
  }

  /** Of what subscribers hold: one for each process. */
  digests(seq: number): Promise<string[]> {
    return this.#ask<string>('digest', seq);
  }

  #ask<R>(method: string, seq: number): Promise<R[]> {
    return Promise.all(
      this.#processes.map((child, i) => child.call<R>(method, { crowd: this.#numbers[i], seq })),
    );
  }
}

function sumOf(a: CrowdState, b: CrowdState): CrowdState {
  const keys = Object.keys(a) as (keyof CrowdState)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as CrowdState;
}

/** Processes full of subscribers. */
export class Crowds {
  readonly #processes: readonly RoleProcess[];

  constructor({ defer }: Pick<BenchContext, 'defer'>) {
    this.#processes = Array.from({ length: PROCESSES }, () => new RoleProcess('fan-out-crowd'));
    for (const child of this.#processes) defer(() => child.stop());
  }

  /** Resolves once each of them holds the newest state. */
  async connect({ count, ...plan }: CrowdPlan): Promise<Crowd> {
    const numbers = await Promise.all(
      this.#processes.map((child, i) => {
        const share = Math.floor((count + i) / this.#processes.length);
        return child.call<number>('connect', { ...plan, count: share } satisfies CrowdPlan);
      }),
    );
    return new Crowd(this.#processes, numbers);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((child) => child.call('leave')));
    await Promise.all(this.#processes.map((child) => child.stop()));
  }
}
