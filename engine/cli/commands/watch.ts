import type { WriteStream } from 'node:tty';
import {
  connectFirstcall,
  type FirstcallClient,
  type LiveTopic,
} from '../../../client/src/index.ts';
import type { ScoredDealer } from '../../../schemas/selection.ts';
import { RankSettler } from '../../../web/state/rank-settler.ts';
import { textFlag } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { askRankings } from '../engine-client.ts';
import { engineUrl, URL_FLAG } from '../engine-url.ts';
import { describeLeaderboard } from '../leaderboard.ts';
import { roomForDealers, screenLines, type View } from '../watch/screen.ts';
import { type Key, Terminal } from '../watch/terminal.ts';

/** Quicker than anybody reads, and slow enough for a terminal at the far end of a line. */
const DRAW_MS = 100;

export const watchCommand: Command = {
  name: 'watch',
  summary: 'The live leaderboard of a running engine, in this terminal.',
  usage: '[SCOPE] [--by METRIC] [flags]',
  details: [
    'SCOPE is ALL unless given: assetClass:IG, sector:IG:Energy, instrument:XS123, or any other that the page shows. Rows change ten times a second at most, their order somewhat more than once.',
    'Where the output is no terminal, the ranking of the moment is printed once.',
  ],
  flags: {
    by: { type: 'string', value: 'METRIC', description: 'Rank by one metric. Default: composite.' },
    url: URL_FLAG,
  },
  settings: ['host', 'port'],
  positionals: [0, 1],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const metric = textFlag(invocation, 'by') ?? null;
  const scope = invocation.positionals[0] ?? 'ALL';
  const topic = metric === null ? scope : `${scope}/${metric}`;
  const url = engineUrl(invocation);
  // An engine that is not there, or a scope that does not exist, is told before the screen is taken.
  const frame = await askRankings(url, topic);
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    process.stdout.write(describeLeaderboard(frame, metric));
    return 0;
  }
  const client = connectFirstcall({ url });
  try {
    const terminal = new Terminal(process.stdin, process.stdout as WriteStream);
    await new Watch(client, topic, metric, terminal).run();
  } finally {
    client.close();
  }
  return 0;
}

/** A ranking on a terminal, until somebody quits. */
class Watch {
  readonly #client: FirstcallClient;
  readonly #ranking: LiveTopic<ScoredDealer>;
  readonly #metric: string | null;
  readonly #terminal: Terminal;
  readonly #settler = new RankSettler();
  #first = 0;
  #trouble = 'the connection is being made';

  constructor(client: FirstcallClient, topic: string, metric: string | null, terminal: Terminal) {
    this.#client = client;
    this.#ranking = client.rankings(topic);
    this.#metric = metric;
    this.#terminal = terminal;
  }

  async run(): Promise<void> {
    const forget = this.#client.onProblem(({ message }) => {
      this.#trouble = message;
    });
    let quit = (): void => {};
    const quitted = new Promise<void>((resolve) => {
      quit = resolve;
    });
    this.#terminal.enter(
      (key) => (key === 'quit' ? quit() : this.#scroll(key)),
      () => this.#draw(),
    );
    process.once('SIGTERM', quit);
    const timer = setInterval(() => this.#draw(), DRAW_MS);
    try {
      await quitted;
    } finally {
      clearInterval(timer);
      process.off('SIGTERM', quit);
      forget();
      this.#terminal.leave();
    }
  }

  get #view(): View {
    const { columns, lines } = this.#terminal;
    return { columns, lines, first: this.#first };
  }

  #draw(): void {
    const ranking = this.#ranking;
    const places = this.#settler.offer(ranking.rows, performance.now());
    const watched = {
      topic: ranking.topic,
      metric: this.#metric,
      places,
      row: (dealerId: string) => ranking.row(dealerId),
      asOf: ranking.asOf,
      trouble: this.#troubleNow(),
      ageMs: ranking.ageMs,
    };
    this.#terminal.draw(screenLines(watched, this.#view));
  }

  #troubleNow(): string | null {
    const { state, refusal } = this.#ranking;
    if (state === 'live') return null;
    if (refusal !== null) return refusal;
    if (this.#client.status?.ready === false) return 'the engine is behind its log';
    return this.#client.state === 'live' ? 'the ranking is being asked for' : this.#trouble;
  }

  #scroll(key: Exclude<Key, 'quit'>): void {
    const page = roomForDealers(this.#view);
    const last = Math.max(0, this.#ranking.rows.length - page);
    const wanted = {
      up: this.#first - 1,
      down: this.#first + 1,
      pageUp: this.#first - page,
      pageDown: this.#first + page,
      home: 0,
      end: last,
    }[key];
    this.#first = Math.min(last, Math.max(0, wanted));
    this.#draw();
  }
}
