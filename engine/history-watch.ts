import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { type HistoryStatus, historyStatusSubject } from '../schemas/history-status.ts';
import type { LogNames } from '../schemas/subjects.ts';

/** A history says how it is every five seconds; it is down when it has missed two of them. */
const SILENCE_MS_MAX = 15_000;

/** What each figure means; they are missing while no history was ever heard of. */
const FIGURES = [
  ['messages_behind', 'gauge', 'Messages of the log that are not in its tables.', 'messagesBehind'],
  ['failing_seconds', 'gauge', 'How long ClickHouse has taken nothing.', 'failingSeconds'],
  ['failures_total', 'counter', 'Attempts that ClickHouse has refused.', 'failuresTotal'],
  ['rows_total', 'counter', 'Rows inserted.', 'rowsTotal'],
  ['scores_dropped_total', 'counter', 'Samples of scores that were not kept.', 'scoresDropped'],
] as const;

/** Listens to the history process of a log, so that one place tells how everything is. */
export class HistoryWatch {
  readonly #subscription: Subscription;
  #status: HistoryStatus | null = null;
  #heardMs = Number.NEGATIVE_INFINITY;

  constructor(nc: NatsConnection, names: LogNames) {
    this.#subscription = nc.subscribe(historyStatusSubject(names), {
      callback: (error, message) => {
        if (error === null) this.#take(message);
      },
    });
  }

  /** What a history has said last; null: nothing yet. */
  get heard(): { readonly up: boolean; readonly status: HistoryStatus | null } {
    return { up: performance.now() - this.#heardMs < SILENCE_MS_MAX, status: this.#status };
  }

  /** Prometheus text. */
  metrics(): string {
    const { up, status } = this.heard;
    const lines = [metric('up', 'gauge', 'Whether a history process says how it is.', Number(up))];
    for (const [name, type, help, field] of FIGURES) {
      const value = status?.[field] ?? null;
      if (value !== null) lines.push(metric(name, type, help, value));
    }
    return lines.join('');
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  #take(message: Msg): void {
    const status = readStatus(message);
    if (status === null) return;
    this.#status = status;
    this.#heardMs = performance.now();
  }
}

/** Null for what no history of ours has said. */
function readStatus(message: Msg): HistoryStatus | null {
  try {
    const status = message.json<Partial<HistoryStatus>>();
    const isWhole = FIGURES.every(([, , , field]) => {
      const value = status[field];
      return typeof value === 'number' || (field === 'messagesBehind' && value === null);
    });
    return isWhole ? (status as HistoryStatus) : null;
  } catch {
    return null;
  }
}

function metric(name: string, type: string, help: string, value: number): string {
  const full = `firstcall_history_${name}`;
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${full} ${value}\n`;
}
