import { effect, type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { Board } from './board.ts';
import { EngineLink } from './engine-link.ts';
import { type Health, healthOf, sameHealth } from './health.ts';
import { LeaderboardChoices } from './leaderboard-choices.ts';
import { followLocation, type Route } from './route.ts';
import { followTheme, type Theme } from './theme.ts';
import { eventsApplied, RateMeter } from './throughput.ts';
import { DEFAULT_ADDRESS, type TopicAddress } from './topic-address.ts';

/** Cells follow the engine this often. */
const PULSE_MS = 100;
/** Sparklines, ages and health look at the clock every so many pulses. */
const SLOW_PULSES = 5;
const RATE_INTERVAL_MS = 5_000;

/** All that the components read. One per page; it lives as long as the page. */
export class Page {
  readonly route: Signal<Route>;
  /** Of the leaderboard; where another page is open, as it was last. */
  readonly address = signal<TopicAddress>(DEFAULT_ADDRESS);
  readonly theme: Signal<Theme>;
  readonly link: EngineLink;
  readonly board: Board;
  readonly health = signal<Health>({ kind: 'connecting', reason: null });
  /** Milliseconds since the rows were known to be the newest, refreshed twice a second. */
  readonly ageMs = signal(Number.POSITIVE_INFINITY);
  /** Grows whenever the trails may have grown. */
  readonly sampleCount = signal(0);
  readonly eventsPerSecond = signal<number | null>(null);
  /** On narrow screens the scopes are a drawer. */
  readonly isDrawerOpen = signal(false);
  readonly choices = new LeaderboardChoices();

  constructor(engineUrl: string) {
    this.link = new EngineLink(engineUrl);
    this.board = new Board(this.link.client);
    this.route = followLocation();
    this.theme = followTheme();
    effect(() => {
      const route = this.route.value;
      if (route.page === 'leaderboard') this.address.value = route.address;
    });
    effect(() => this.board.watch(this.address.value));
    this.#run();
  }

  #run(): void {
    let pulses = 0;
    setInterval(() => {
      const nowMs = performance.now();
      this.board.pulse(nowMs);
      if (pulses++ % SLOW_PULSES === 0) this.#slowPulse(nowMs);
    }, PULSE_MS);
    const meter = new RateMeter();
    const measure = () => void this.#measureRate(meter);
    measure();
    setInterval(measure, RATE_INTERVAL_MS);
  }

  #slowPulse(nowMs: number): void {
    const { advancedAtMs, ageMs } = this.board;
    const standstillMs = advancedAtMs === null ? null : nowMs - advancedAtMs;
    const health = healthOf({ ...this.link.facts, standstillMs });
    if (!sameHealth(health, this.health.peek())) this.health.value = health;
    this.ageMs.value = ageMs;
    this.board.sample();
    this.sampleCount.value++;
  }

  /** Decoration: when it cannot be had, the page goes without. */
  async #measureRate(meter: RateMeter): Promise<void> {
    if (document.hidden) return;
    try {
      const response = await fetch('metrics', { signal: AbortSignal.timeout(RATE_INTERVAL_MS) });
      const total = response.ok ? eventsApplied(await response.text()) : null;
      this.eventsPerSecond.value = total === null ? null : meter.read(total, performance.now());
    } catch {
      this.eventsPerSecond.value = null;
    }
  }
}

export const PageContext = createContext<Page | null>(null);

/** The page that a component is part of. */
export function usePage(): Page {
  return useContext(PageContext)!;
}
