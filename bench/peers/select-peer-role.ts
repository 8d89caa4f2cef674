import { Latencies } from '../support/latencies.ts';
import type { RoleMethods } from '../support/role.ts';
import type { SelectPeer } from './peer.ts';
import { SELECT_PEERS, type SelectName } from './peer-list.ts';
import {
  type JudgedQuote,
  PeerMarket,
  type PeerMarketOptions,
  type Question,
} from './peer-market.ts';
import { type Scratch, useScratch } from './peer-processes.ts';
import { processorMicros } from './processor-time.ts';
import { addQuotes, type Best, bestOf, type Sums } from './sums.ts';

interface SelectTask extends Scratch {
  readonly name: SelectName;
  readonly market: PeerMarketOptions;
  readonly quotes: number;
}

export interface AskResult {
  /** HDR histogram, nanoseconds. */
  readonly latencies: string;
  /** Of an answer, of all processes. */
  readonly cpuMicros: number;
}

export interface Verdict {
  readonly asked: number;
  /** Answers with the right dealers in the right order. */
  readonly same: number;
  /** Of a composite, from what it should be. */
  readonly largestDifference: number;
}

const QUESTIONS = 200;
/** Two about every instrument: some take a quarter of a second where others share the cores. */
const JUDGED = 40;
/** Before anything is measured: code that is compiled, or as much of it as can be in a while. */
const WARM_UP_ASKS = 3_000;
const WARM_UP_MS_MAX = 3_000;

/** One peer in a process of its own, with the quotes of a market in it. */
export function selectPeerRole(): RoleMethods {
  let asked: AskedPeer | null = null;
  return {
    open: async (task: SelectTask): Promise<string> => {
      useScratch(task);
      asked = await AskedPeer.open(task);
      return asked.version;
    },
    judge: (): Promise<Verdict> => asked!.judge(),
    ask: (seconds: number): Promise<AskResult> => asked!.ask(seconds * 1000),
    close: () => asked!.close(),
  };
}

class AskedPeer {
  readonly #peer: SelectPeer;
  readonly #market: PeerMarket;
  readonly #sums: Sums;
  readonly #questions: readonly Question[];

  private constructor(peer: SelectPeer, market: PeerMarket, sums: Sums) {
    this.#peer = peer;
    this.#market = market;
    this.#sums = sums;
    this.#questions = market.questions(QUESTIONS);
  }

  static async open({ name, market: options, quotes: count }: SelectTask): Promise<AskedPeer> {
    const market = new PeerMarket(options);
    const quotes: readonly JudgedQuote[] = market.take(count);
    const sums: Sums = new Map();
    addQuotes(sums, market, quotes);
    const peer: SelectPeer = await SELECT_PEERS[name](market);
    await peer.load(quotes, sums);
    const asked = new AskedPeer(peer, market, sums);
    await asked.#time(WARM_UP_MS_MAX, WARM_UP_ASKS);
    return asked;
  }

  get version(): string {
    return this.#peer.version;
  }

  /** Asks every question once, and sees whether the answer is right. */
  async judge(): Promise<Verdict> {
    let [same, largestDifference] = [0, 0];
    for (const question of this.#questions.slice(0, JUDGED)) {
      const { id, instrument, asOf } = question;
      const tsAnswer = this.#peer.tsAnswers ?? asOf;
      const right = bestOf(this.#sums, this.#market.question(id, instrument, tsAnswer));
      const answer = await this.#peer.ask(question);
      if (isSame(answer, right)) same++;
      for (const [i, { composite }] of right.entries()) {
        const difference = Math.abs((answer[i]?.composite ?? Number.NaN) - composite);
        largestDifference = Math.max(largestDifference, difference);
      }
    }
    return { asked: JUDGED, same, largestDifference };
  }

  async ask(forMs: number): Promise<AskResult> {
    const { pids } = this.#peer;
    const cpu = processorMicros(pids);
    const latencies = await this.#time(forMs);
    const cpuMicros = (processorMicros(pids) - cpu) / latencies.count;
    return { latencies: latencies.encode(), cpuMicros };
  }

  /** One question after another, each when the one before is answered. */
  async #time(forMs: number, asksMax = Number.POSITIVE_INFINITY): Promise<Latencies> {
    const latencies = new Latencies();
    const end = process.hrtime.bigint() + BigInt(Math.round(forMs * 1e6));
    for (let i = 0, done = 0n; done < end && i < asksMax; i++) {
      const question = this.#questions[i % this.#questions.length]!;
      const start = process.hrtime.bigint();
      const answer = this.#peer.ask(question);
      if (answer instanceof Promise) await answer;
      done = process.hrtime.bigint();
      latencies.record(Number(done - start));
    }
    return latencies;
  }

  close(): Promise<void> {
    return this.#peer.close();
  }
}

function isSame(answer: readonly Best[], right: readonly Best[]): boolean {
  return (
    answer.length === right.length && answer.every((b, i) => b.dealerId === right[i]!.dealerId)
  );
}
