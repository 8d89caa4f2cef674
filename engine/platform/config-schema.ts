import Type, {
  type TNumberOptions,
  type TSchema,
  type TSchemaOptions,
  type TStringOptions,
} from 'typebox';

/** What stands beside every setting: `unit` is printed by the documentation and by errors. */
interface Described {
  readonly description: string;
  readonly unit?: string;
  /** What a pattern allows, in words. */
  readonly allowed?: string;
}

type Setting<Options, Value> = Options & Described & { readonly default: Value };

/** TypeBox's own options do not know our keyword. */
const words = (allowed: string): object => ({ allowed });
/** Checks that a setting has what every setting has. */
const described = (options: Setting<TSchemaOptions, unknown>) => options;
const text = (options: Setting<TStringOptions, string>) => Type.String(options);
const integer = (options: Setting<TNumberOptions, number>) => Type.Integer(options);
const number = (options: Setting<TNumberOptions, number>) => Type.Number(options);

function nullable<Schema extends TSchema>(schema: Schema, options: Setting<TSchemaOptions, null>) {
  return Type.Union([Type.Null(), schema], options);
}

function oneOf<const Values extends string[]>(
  values: [...Values],
  options: Setting<TSchemaOptions, Values[number]>,
) {
  return Type.Enum(values, options);
}

const strict = { additionalProperties: false };

const SimSchema = Type.Object(
  {
    seed: integer({
      minimum: 0,
      maximum: 0xffff_ffff,
      default: 1,
      description: 'Seed of the simulated market: the same seed gives the same events.',
    }),
    days: number({
      minimum: 0,
      maximum: 3650,
      default: 90,
      unit: 'days',
      description: 'Simulated history up to now that is published before the market is live.',
    }),
    speed: Type.Union(
      [Type.Literal('max'), Type.Number({ exclusiveMinimum: 0, maximum: 1e9 })],
      described({
        default: 'max',
        unit: 'simulated seconds per second',
        description:
          'Pace of the history; max: as fast as the log takes it. Simulated time never passes the wall clock.',
      }),
    ),
    instruments: integer({
      minimum: 1,
      maximum: 100_000,
      default: 200,
      description: 'Instruments of the simulated market.',
    }),
    dealers: integer({
      minimum: 1,
      maximum: 1000,
      default: 40,
      description: 'Dealers of the simulated market.',
    }),
    rfqsPerDay: number({
      minimum: 0,
      maximum: 100_000,
      default: 400,
      description: 'RFQs on an average trading day of the history.',
    }),
    liveRfqsPerMinute: number({
      minimum: 0,
      maximum: 10_000,
      default: 60,
      description:
        'RFQs a minute once the market is live: a device for demonstrations, real markets are slower, and they close.',
    }),
    duplicates: number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description:
        'Share of the simulated events that are published twice, at once or up to 20 minutes later: to see that a repeat changes no score.',
    }),
    outOfOrder: number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description:
        'Share of the simulated events that are held back by up to 10 minutes of event time.',
    }),
    until: nullable(
      Type.String({
        minLength: 1,
        maxLength: 40,
        examples: ['2026-01-31T16:00:00Z'],
        ...words('`now` or an ISO 8601 time'),
      }),
      {
        default: null,
        description: 'Where the market stops: `now`, an ISO 8601 time, or null for never.',
      },
    ),
  },
  { ...strict, description: 'The market simulator.' },
);

/** The one schema of the settings. Documentation, environment names and flags follow from it. */
export const ConfigSchema = Type.Object(
  {
    log: text({
      pattern: '^[a-z0-9]{0,32}$',
      allowed: '1 to 32 of a-z and 0-9',
      examples: ['history2025'],
      default: '',
      description:
        'Name of the log. Logs on one NATS server share nothing. Empty: the default log.',
    }),
    partitions: integer({
      minimum: 1,
      maximum: 1024,
      default: 8,
      description: 'Partitions of a new log. Fixed for the life of the log.',
    }),
    shards: integer({
      minimum: 1,
      maximum: 64,
      default: 2,
      unit: 'threads',
      description: 'Worker threads that read and score the log; at most one per partition.',
    }),
    natsUrl: nullable(
      Type.String({
        pattern: '^(nats|tls)://[^\\s,]+(,(nats|tls)://[^\\s,]+)*$',
        examples: ['nats://127.0.0.1:4222'],
        ...words('a NATS URL'),
      }),
      {
        default: null,
        description:
          'NATS server with JetStream, `nats://host:4222`, several with commas. Null: `firstcall dev` starts its own.',
      },
    ),
    natsPort: integer({
      minimum: 0,
      maximum: 65535,
      default: 0,
      description: 'Port of the NATS server that `firstcall dev` starts. 0: any free one.',
    }),
    clickhouseUrl: nullable(
      Type.String({
        pattern: '^https?://\\S+$',
        examples: ['http://127.0.0.1:8123'],
        ...words('an HTTP URL'),
      }),
      {
        default: null,
        description:
          'ClickHouse server that keeps the history, `http://user:password@host:8123/database`. Null: embedded (chDB), in the store.',
      },
    ),
    host: text({
      pattern: '^[A-Za-z0-9.:_-]{1,255}$',
      allowed: 'a host name or address',
      examples: ['127.0.0.1'],
      default: '127.0.0.1',
      description:
        'Address that the leaderboard, HTTP and WebSocket listen on. There is no authentication: anything but loopback belongs behind a proxy.',
    }),
    port: integer({
      minimum: 0,
      maximum: 65535,
      default: 7700,
      description: 'Port of the leaderboard, HTTP and WebSocket. 0: any free one.',
    }),
    allowOrigins: Type.Array(
      Type.String({ pattern: '^(\\*|https?://[^\\s/,]+)$', maxLength: 300 }),
      described({
        default: [],
        maxItems: 100,
        ...words('a list of origins'),
        examples: ['https://desk.example'],
        description:
          'Web pages of other hosts that may read the engine, behind a proxy for example; `*` is any. In the environment and as a flag: with commas.',
      }),
    ),
    gatewayLibrary: oneOf(['auto', 'uws', 'ws'], {
      default: 'auto',
      description: 'WebSocket library. auto: uWebSockets.js where it loads, else ws.',
    }),
    storeDir: text({
      minLength: 1,
      maxLength: 1024,
      default: '.firstcall',
      unit: 'path',
      description: 'Folder of everything that is kept on disk.',
    }),
    snapshotSeconds: number({
      minimum: 0,
      maximum: 86_400,
      default: 60,
      unit: 'seconds',
      description:
        'How often the engine keeps its state in the store, so that it starts from there instead of from the beginning of the log. 0: never.',
    }),
    spoolDir: nullable(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        examples: ['/var/lib/firstcall/spool'],
        ...words('a path'),
      }),
      {
        default: null,
        description:
          'Folder in which feeds keep events while the broker is away. Null: `spool` in the store.',
      },
    ),
    spoolBytesMax: integer({
      minimum: 1 << 20,
      maximum: 1e12,
      default: 256 << 20,
      unit: 'bytes',
      description:
        'Size of a spool beyond which a feed takes no more events until the broker is back; what was in flight when it went away gets in beyond that.',
    }),
    rulesFile: nullable(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        examples: ['rules.yaml'],
        ...words('a path'),
      }),
      {
        default: null,
        description:
          'Rules that the engine puts in force when it starts, unless they are already; docs/operations.md says how to load them while it runs. Null: those that were loaded last, else the built-in ones.',
      },
    ),
    rankTickMs: integer({
      minimum: 1,
      maximum: 60_000,
      default: 100,
      unit: 'ms',
      description:
        'Least time from one ranking to the next: what changes after a quiet moment is ranked at once, and what changes without a pause so often.',
    }),
    readyLagMs: integer({
      minimum: 100,
      maximum: 86_400_000,
      default: 5_000,
      unit: 'ms',
      description:
        'How far what an engine serves may be behind the log before /readyz answers 503 and clients with several engines go to another one. It is ready again at half of that.',
    }),
    logLevel: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal'], {
      default: 'info',
      description: 'Least level that is written to the diagnostic log.',
    }),
    logFormat: oneOf(['auto', 'pretty', 'json'], {
      default: 'auto',
      description: 'auto: for people on a terminal, else JSON lines.',
    }),
    stopSeconds: number({
      minimum: 0.1,
      maximum: 300,
      default: 10,
      unit: 'seconds',
      description: 'How long a process may take to stop before it is ended by force.',
    }),
    model: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description:
        'What differs from the default scoring model: half-lives, prior strengths, named metrics from outside, split scopes, tiers and more; docs/scoring.md lists them. Only in the file; part of the model hash, so a change means a replay.',
    }),
    sim: SimSchema,
  },
  { ...strict, description: 'Settings of Firstcall.' },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** The resolved settings: every field present, every value checked, frozen. */
export type Config = DeepReadonly<Type.Static<typeof ConfigSchema>>;
