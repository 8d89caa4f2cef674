import { workerData } from 'piscina';
import { Bell } from '../engine/scoreboard/bell.ts';
import type { RankerData, RankResult, RankTask } from './messages.ts';
import { TierKeeper, type TierVerdict } from './tier-keeper.ts';
import type { TopicFrames } from './topic-frames.ts';
import { TopicRanker } from './topic-ranker.ts';

/**
 * Coarse scopes that nobody watches are ranked once in so long, for history and for readers of the NATS
 * subjects, whom the engine cannot see.
 */
const ROUND_MS = 1_000;
/** A tick without news ends after so long: who is told of ticks has other news to pass on. */
const IDLE_MS = 100;
/**
 * A tick that has changed nothing for anybody, a clock's say, delays the next one by this part of
 * `tickMs`: what comes right behind a clock is not to wait for long.
 */
const EMPTY_TICK_SHARE = 0.1;

/** The state of this thread; its pool has one, so that every tick finds it. */
let ranker: Ranker | undefined;

/**
 * One tick: waits until the shards have published something and `tickMs` have passed since the last
 * one, merges it, and ranks what somebody wants to see. Meanwhile it ranks what nobody has asked for.
 */
export default function tick(task: RankTask): RankResult {
  ranker ??= new Ranker(workerData as RankerData);
  return ranker.tick(task);
}

class Ranker {
  readonly #tickMs: number;
  readonly #boards: Bell;
  readonly #calls: Bell;
  readonly #topics: TopicRanker;
  readonly #tiers: TierKeeper;
  /** What the bell of the boards said when they were read. */
  #heard = 0;
  /** When they may be read again. */
  #readFromMs = Number.NEGATIVE_INFINITY;
  /** Scopes that nobody watches and whose turn is to come in this round. */
  #round: string[] = [];
  #roundAtMs = Number.NEGATIVE_INFINITY;
  /** Whether boards have been read since the round began. */
  #hasNewer = false;

  constructor(data: RankerData) {
    this.#tickMs = data.tickMs;
    this.#boards = new Bell(data.boards);
    this.#calls = new Bell(data.calls);
    this.#tiers = new TierKeeper(data.model, data.partitions);
    this.#topics = new TopicRanker(data);
    if (data.tiers === null) return;
    for (const [assetClass, dealers] of this.#tiers.restore(data.tiers)) {
      for (const [dealerId, tier] of dealers) this.#topics.setTier(assetClass, dealerId, tier);
    }
    this.#topics.setTiersAt(this.#tiers.tsJudged);
  }

  tick(task: RankTask): RankResult {
    const { watched, greeted, attach, frozen, keepsTiers } = task;
    if (watched !== null) this.#topics.watch(watched);
    for (const { partition, board } of attach) this.#topics.attach(partition, board);
    const verdicts = this.#judge(task);
    const updates: TopicFrames[] = [];
    const isNews = attach.length + frozen.length > 0;
    const isAsked = isNews || keepsTiers || greeted.length > 0;
    if (isNews || (!isAsked && this.#awaitNews(task.called, updates))) {
      updates.push(...this.#readBoards());
    }
    for (const name of greeted) updates.push(...this.#topics.update(name, true));
    const tiers = keepsTiers ? this.#tiers.snapshot() : null;
    return { updates, scopes: this.#topics.newScopes(), verdicts, tiers };
  }

  /** Tiers go into the merged rows, and so to whoever selects or holds a replica. */
  #judge({ frozen }: RankTask): TierVerdict[] {
    for (const each of frozen) this.#tiers.take(each);
    const verdicts = this.#tiers.judge();
    for (const { assetClass, changes } of verdicts) {
      for (const { dealerId, to } of changes) this.#topics.setTier(assetClass, dealerId, to);
    }
    this.#topics.setTiersAt(this.#tiers.tsJudged);
    return verdicts;
  }

  #readBoards(): TopicFrames[] {
    const beganMs = performance.now();
    // What is published from now on is heard anew.
    const { count } = this.#boards;
    const updates = this.#topics.refresh();
    this.#heard = this.#topics.isBehind ? (count - 1) | 0 : count;
    const share = updates.length > 0 ? 1 : EMPTY_TICK_SHARE;
    this.#readFromMs = beganMs + share * this.#tickMs;
    this.#hasNewer = true;
    return updates;
  }

  /**
   * Returns true when boards are to be read; false when the owner has something else to say, there was
   * nothing for long, or a round is complete. `updates` gets what the round brings meanwhile.
   */
  #awaitNews(called: number, updates: TopicFrames[]): boolean {
    const beganMs = performance.now();
    for (;;) {
      if (this.#calls.count !== called) return false;
      const nowMs = performance.now();
      const hasNews = this.#boards.count !== this.#heard;
      const gapMs = hasNews ? this.#readFromMs - nowMs : 0;
      const isDue = hasNews && gapMs <= 0;
      if (isDue && !this.#isRoundLate(nowMs)) return true;
      if (this.#goOnWithRound(nowMs, updates)) {
        if (isDue) return true;
        continue;
      }
      const idleMs = beganMs + IDLE_MS - nowMs;
      if (updates.length > 0 || idleMs <= 0) return false;
      if (hasNews) this.#calls.wait(called, Math.min(gapMs, idleMs));
      else this.#boards.wait(this.#heard, idleMs);
    }
  }

  /** Then each tick does a part of it, however much else there is to do. */
  #isRoundLate(nowMs: number): boolean {
    return this.#round.length > 0 && nowMs >= this.#roundAtMs + ROUND_MS;
  }

  /** Ranks one scope; false when none is due. */
  #goOnWithRound(nowMs: number, updates: TopicFrames[]): boolean {
    if (this.#round.length === 0) {
      if (!this.#hasNewer || nowMs < this.#roundAtMs + ROUND_MS) return false;
      this.#round = this.#topics.unwatched();
      this.#roundAtMs = nowMs;
      this.#hasNewer = false;
    }
    const name = this.#round.pop();
    if (name === undefined) return false;
    updates.push(...this.#topics.update(name, false));
    return true;
  }
}
