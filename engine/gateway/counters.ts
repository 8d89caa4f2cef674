/** What the gateway counts about itself, by Prometheus name without the prefix. */
const COUNTERS = {
  handshakes_refused_total: 'WebSocket handshakes refused.',
  frames_received_total: 'Frames read from subscribers.',
  frames_refused_total: 'Frames from subscribers answered with an error.',
  snapshots_sent_total: 'Snapshot frames sent.',
  deltas_sent_total: 'Delta frames sent.',
  deltas_skipped_total: 'Deltas not sent because the subscriber was behind; a snapshot follows.',
  replies_sent_total: 'Selections, pongs, errors and status frames sent.',
  bytes_sent_total: 'Bytes of frames sent.',
  subscribers_cut_total: 'Subscribers cut because they asked and did not read the answers.',
  connections_refused_total: 'Connections closed at once because there were too many.',
  selections_total: 'Selections answered over WebSocket and HTTP.',
  previews_total: 'Selections answered over HTTP that were recorded nowhere.',
  selections_refused_total: 'Selections refused over WebSocket and HTTP.',
  http_requests_total: 'HTTP requests.',
} as const;

const PREFIX = 'firstcall_gateway_';

export type CounterName = keyof typeof COUNTERS;
export type Gauges = Readonly<Record<string, { readonly help: string; readonly value: number }>>;

export class Counters {
  readonly #values = new Map<CounterName, number>(
    (Object.keys(COUNTERS) as CounterName[]).map((name) => [name, 0]),
  );

  add(name: CounterName, amount = 1): void {
    this.#values.set(name, this.get(name) + amount);
  }

  get(name: CounterName): number {
    return this.#values.get(name) ?? 0;
  }

  /** Prometheus text exposition, version 0.0.4. */
  text(gauges: Gauges): string {
    const lines: string[] = [];
    for (const [name, value] of this.#values) {
      lines.push(...metric(name, 'counter', COUNTERS[name], value));
    }
    for (const [name, { help, value }] of Object.entries(gauges)) {
      lines.push(...metric(name, 'gauge', help, value));
    }
    return `${lines.join('\n')}\n`;
  }
}

function metric(name: string, type: string, help: string, value: number): string[] {
  return [
    `# HELP ${PREFIX}${name} ${help}`,
    `# TYPE ${PREFIX}${name} ${type}`,
    `${PREFIX}${name} ${value}`,
  ];
}
