import type { CDPSession, Page } from 'playwright-core';

/** What a page did while it was watched. */
export interface PageFigures {
  readonly seconds: number;
  readonly framesPerSecond: number;
  /** Of the frame intervals, all but the longest 5% were at least this fast. */
  readonly framesPerSecondP5: number;
  /** Milliseconds of processor time of the main thread per second. */
  readonly scriptMs: number;
  readonly layoutMs: number;
  readonly styleMs: number;
  /** All tasks of the main thread, painting among them. */
  readonly taskMs: number;
  /** After a garbage collection at the end. */
  readonly heapBytes: number;
  readonly nodes: number;
}

type Totals = Readonly<Record<string, number>>;

/** More frames than any display shows in the longest watch. */
const FRAMES_PER_SECOND_MAX = 150;

/** Watches a page's frames and asks Chromium where the main thread's time went. */
export class PageMeter {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async of(page: Page): Promise<PageMeter> {
    const session = await page.context().newCDPSession(page);
    // Processor time: others who want the cores do not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await session.send('HeapProfiler.enable');
    return new PageMeter(page, session);
  }

  async watch(seconds: number): Promise<PageFigures> {
    const before = await this.#totals();
    const intervals = await this.#frameIntervals(seconds);
    const after = await this.#totals();
    const elapsed = after.Timestamp! - before.Timestamp!;
    const msPerSecond = (name: string) => (1000 * (after[name]! - before[name]!)) / elapsed;
    const total = intervals.reduce((sum, ms) => sum + ms, 0);
    const slow = intervals.toSorted((a, b) => a - b)[Math.floor(0.95 * intervals.length)]!;
    return {
      seconds: elapsed,
      framesPerSecond: (1000 * intervals.length) / total,
      framesPerSecondP5: 1000 / slow,
      scriptMs: msPerSecond('ScriptDuration'),
      layoutMs: msPerSecond('LayoutDuration'),
      styleMs: msPerSecond('RecalcStyleDuration'),
      taskMs: msPerSecond('TaskDuration'),
      ...(await this.memory()),
    };
  }

  async memory(): Promise<Pick<PageFigures, 'heapBytes' | 'nodes'>> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const { JSHeapUsedSize, Nodes } = await this.#totals();
    return { heapBytes: JSHeapUsedSize!, nodes: Nodes! };
  }

  async #totals(): Promise<Totals> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }

  /** Milliseconds from each frame to the next. */
  async #frameIntervals(seconds: number): Promise<number[]> {
    const framesMax = FRAMES_PER_SECOND_MAX * seconds;
    return await this.#page.evaluate<number[]>(`new Promise((resolve) => {
      const times = new Float64Array(${framesMax});
      let frames = 0;
      const note = (nowMs) => {
        times[frames++] = nowMs;
        if (nowMs - times[0] < ${1000 * seconds} && frames < ${framesMax}) requestAnimationFrame(note);
        else resolve(Array.from(times.subarray(1, frames), (time, i) => time - times[i]));
      };
      requestAnimationFrame(note);
    })`);
  }
}
