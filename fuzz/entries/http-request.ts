import fc from 'fast-check';
import { HttpRoutes } from '../../engine/gateway/http-routes.ts';
import { Hub } from '../../engine/gateway/hub.ts';
import { StaticFiles } from '../../engine/gateway/static-files.ts';
import { bodyBytesMax, type HttpRequest } from '../../engine/gateway/transport.ts';
import { type FuzzEntry, MAX_INPUT_BYTES, type Outcome } from '../entry.ts';
import { bytesOf, filledWith, mutated } from '../inputs/bytes.ts';
import { MESSAGE_BOMBS, messages } from '../inputs/messages.ts';
import { orders } from '../inputs/samples.ts';
import { FuzzEngine } from './fuzz-engine.ts';

const who = { by: 'ann', reason: 'why not' };
const RULES = 'rules:\n  - name: small\n    when: order.usd < 1000000\n    count: 3\n';

/** By method and path: bodies that are taken there. */
const BODIES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'POST /select': orders,
  'POST /rules/check': fc.constant({ text: RULES }),
  'PUT /rules': fc.constant({ text: RULES, ...who, expectedHash: 'rules' }),
  'POST /decisions/D1/override': fc.constant({ ...who, add: ['MS'], drop: [], order: ['MS'] }),
  'PUT /dealers/GS': fc.constant({ ...who, enabled: true, desks: [{ name: 'credit' }] }),
  'PATCH /dealers/GS': fc.constant({ ...who, restricted: null, creditLimit: { quantity: 1 } }),
  'PUT /instruments/X': fc.constant({ ...who, assetClass: 'CORP', currency: 'USD' }),
};

const PATHS = [
  ...[
    'GET /',
    'GET /rankings/ALL',
    'GET /rankings/%',
    'GET /rankings/%E0%A4%A',
    'GET /rankings/..%2f',
  ],
  ...[
    'GET /explain?dealer=GS&asOf=1',
    'GET /explain?asOf=-1',
    'GET /decisions/D1',
    'GET /dealers/%ff',
  ],
  ...[
    'GET /__proto__',
    'GET /constructor',
    'DELETE /rules',
    'GET /dealers/__proto__',
    'GET /matrix',
  ],
  ...[
    'GET /select',
    'GET /metrics',
    'GET /desk',
    'GET /instruments/X',
    'TRACE /healthz',
    'GET /readyz?x=%',
  ],
];

const withLine = (line: string, body: Uint8Array) =>
  Buffer.concat([bytesOf(`${line}\n`), body]).subarray(0, MAX_INPUT_BYTES);

const requests = Object.entries(BODIES).map(([line, bodies]) =>
  messages(bodies).map((body) => withLine(line, body)),
);
const lines = fc.constantFrom(...PATHS, ...Object.keys(BODIES)).map(bytesOf);
const percent = ['%', '%00', '%2f', '/', '..', '?', '&', '=', ':', 'sums:', '\u0000', 'a'].map(
  bytesOf,
);

/** HTTP requests: the first line says method and path, the rest is the body. */
export const httpRequest: FuzzEntry = {
  name: 'http-request',
  about: 'requests to every route (HTTP line and body)',
  inputs: fc.oneof(
    ...requests.map((arbitrary) => ({ arbitrary, weight: 2 })),
    { arbitrary: lines, weight: 1 },
    { arbitrary: mutated(lines, percent), weight: 3 },
  ),
  bombs: [
    filledWith('%41', 'GET /rankings/'),
    filledWith('a=b&', 'GET /explain?'),
    filledWith('/', 'GET '),
    ...['PUT /rules', 'PUT /dealers/GS'].flatMap((line) =>
      MESSAGE_BOMBS.map((bomb) => withLine(line, bomb)),
    ),
  ],
  open: () => {
    const engine = new FuzzEngine();
    return { feed: (input) => request(engine, input), close: () => engine.close() };
  },
};

async function request(engine: FuzzEngine, input: Uint8Array): Promise<Outcome> {
  const hub = new Hub(engine);
  engine.gateway = { publish: (update: never) => hub.publish(update) } as never;
  const routes = new HttpRoutes({
    hub,
    services: engine,
    files: await StaticFiles.read(null),
    originPolicy: { isLoopback: true, allowOrigins: [] },
    report: (error) => {
      throw error;
    },
  });
  const read = readRequest(input);
  if (read.body.length > bodyBytesMax(read.path)) {
    return { refused: '413', reason: 'the transport answers before anything is read' };
  }
  try {
    const { status, body } = await routes.answer(read);
    engine.selected.length = 0;
    return status < 400 ? { taken: null } : { refused: `${status}`, reason: body.toString() };
  } finally {
    routes.close();
    hub.close();
    engine.watched = [];
  }
}

function readRequest(input: Uint8Array): HttpRequest {
  const bytes = Buffer.from(input);
  const end = bytes.indexOf(0x0a) < 0 ? bytes.length : bytes.indexOf(0x0a);
  const [method = 'GET', target = '/'] = bytes.subarray(0, end).toString('latin1').split(' ', 2);
  const [path = '/', query = ''] = target.split('?', 2);
  const headers = { origin: '', accept: '', 'accept-encoding': '', 'content-type': '' };
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: { ...headers, 'if-none-match': '', host: 'localhost', 'sec-websocket-protocol': '' },
    body: bytes.subarray(end + 1),
  };
}
