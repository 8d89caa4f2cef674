import { SUBPROTOCOL_MSGPACK } from '../../schemas/protocol.ts';
import { atMost } from '../support/at-most.ts';
import type { RoleMethods } from '../support/role.ts';
import { Audience } from './audience.ts';
import { type Dialect, Member } from './member.ts';

type DialectName = 'firstcall' | 'ws' | 'socket.io';

export interface CrowdPlan {
  readonly port: number;
  readonly dialect: DialectName;
  readonly topic: string;
  readonly count: number;
}

/** What one server's subscribers have come to. */
export interface CrowdState {
  /** Deltas and snapshots that have come, and their bytes. */
  readonly frames: number;
  readonly bytes: number;
  readonly members: number;
  /** Subscribers that hold the wanted state, or a later one. */
  readonly there: number;
  readonly differences: number;
  readonly gaps: number;
  /** Connections that were closed. */
  readonly lost: number;
}

interface Wanted {
  readonly crowd: number;
  readonly seq: number;
}

const OPEN_AT_ONCE = 100;
const OPEN_MS_MAX = 60_000;
const REACHED_MS_MAX = 60_000;

const DIALECTS: Readonly<Record<DialectName, (topic: string) => Dialect>> = {
  firstcall: (topic) => ({
    path: '/',
    protocol: SUBPROTOCOL_MSGPACK,
    hello: JSON.stringify({ type: 'subscribe', topics: [topic] }),
    answer: () => null,
  }),
  ws: () => ({ path: '/', protocol: '', hello: null, answer: () => null }),
  // Engine.IO, version 4: after `open` the namespace is joined, and pings are answered.
  'socket.io': () => ({
    path: '/socket.io/?EIO=4&transport=websocket',
    protocol: '',
    hello: null,
    answer: (text) => (text.startsWith('0') ? '40' : text === '2' ? '3' : null),
  }),
};

/** Thousands of subscribers of several servers, some of each, in one process. */
export function fanOutCrowdRole(): RoleMethods {
  const crowds: { readonly members: readonly Member[]; readonly audience: Audience }[] = [];
  const stateOf = ({ crowd, seq }: Wanted): CrowdState => {
    const { members, audience } = crowds[crowd]!;
    const { frames, bytes, differences, gaps } = audience;
    const there = members.filter(({ held }) => held !== null && held >= seq).length;
    const lost = members.filter(({ isLost }) => isLost).length;
    return { frames, bytes, members: members.length, there, differences, gaps, lost };
  };
  return {
    /** Resolves to the crowd's number once each of its members holds a state. */
    connect: async (plan: CrowdPlan): Promise<number> => {
      const audience = new Audience();
      crowds.push({ audience, members: await openMembers(plan, audience) });
      return crowds.length - 1;
    },
    /** Resolves once everybody has reached a state, or too late. */
    reached: async (wanted: Wanted): Promise<CrowdState> => {
      const { members } = crowds[wanted.crowd]!;
      const isThere = ({ held }: Member) => held !== null && held >= wanted.seq;
      await atMost(REACHED_MS_MAX, () => members.every(isThere));
      return stateOf(wanted);
    },
    digest: ({ crowd, seq }: Wanted): string => crowds[crowd]!.audience.digestAt(seq),
    leave: (): void => {
      for (const { members } of crowds) for (const member of members) member.leave();
    },
  };
}

async function openMembers(plan: CrowdPlan, audience: Audience): Promise<Member[]> {
  const dialect = DIALECTS[plan.dialect](plan.topic);
  const members: Member[] = [];
  while (members.length < plan.count) {
    const some = Array.from(
      { length: Math.min(OPEN_AT_ONCE, plan.count - members.length) },
      () => new Member(plan.port, dialect, audience),
    );
    members.push(...some);
    await atMost(OPEN_MS_MAX, () => some.every(({ held, isLost }) => held !== null || isLost));
  }
  return members;
}
