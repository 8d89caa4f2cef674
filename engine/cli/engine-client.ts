import { FirstcallError } from '../../schemas/errors.ts';
import type { Explanation } from '../../schemas/explanation.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { DealerMatrix } from '../../schemas/matrix.ts';
import type { Override, OverrideRequest } from '../../schemas/override.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';
import type {
  DealerProfile,
  DealerSummary,
  EditResult,
  InstrumentPage,
} from '../../schemas/record-edit.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { SelectionAnswer, SelectRequest } from '../../schemas/selection.ts';
import type {
  DecisionAndOverrides,
  RulesChange,
  RulesCheck,
  RulesInForce,
  RulesReceipt,
} from '../gateway/services.ts';

/** As `GET /rules` gives them. */
type RulesAnswer = Omit<RulesInForce, 'size'> & { readonly rules: number };

/** An engine that hangs is told apart from one that is busy by then. */
const ANSWER_MS_MAX = 15_000;

/** Asks for a selection. Throws FirstcallError with the engine's own words. */
export async function askSelection(url: string, order: SelectRequest): Promise<SelectionAnswer> {
  return (await send(url, 'POST', '/select', order)) as SelectionAnswer;
}

/** The newest state of a topic. */
export async function askRankings(url: string, topic: string): Promise<SnapshotFrame> {
  const path = `/rankings/${topic.split('/').map(encodeURIComponent).join('/')}?format=json`;
  return (await ask(url, path)) as SnapshotFrame;
}

/** Every dealer by asset class. */
export async function askMatrix(url: string): Promise<DealerMatrix> {
  return (await ask(url, '/matrix')) as DealerMatrix;
}

/** How a dealer's score comes about; `asOf` null: as of the watermark. */
export async function askExplanation(
  url: string,
  dealer: string,
  scope: string,
  asOf: Micros | null,
): Promise<Explanation> {
  const moment: Record<string, string> = asOf === null ? {} : { asOf: String(asOf) };
  const query = new URLSearchParams({ dealer, scope, ...moment });
  return (await ask(url, `/explain?${query}`)) as Explanation;
}

/** The rules in force, and how they came. */
export async function askRules(url: string): Promise<RulesAnswer> {
  return (await ask(url, '/rules')) as RulesAnswer;
}

/** What rules would be in that engine. Throws FirstcallError with the engine's own words. */
export async function checkRules(url: string, text: string): Promise<RulesCheck> {
  return (await send(url, 'POST', '/rules/check', { text })) as RulesCheck;
}

/** Puts rules in force. Throws FirstcallError with the engine's own words. */
export async function putRules(
  url: string,
  change: Pick<RulesChange, 'text' | 'by'> & Partial<RulesChange>,
): Promise<RulesReceipt> {
  return (await send(url, 'PUT', '/rules', change)) as RulesReceipt;
}

/** Every dealer that has a record or was observed. */
export async function askDealers(url: string): Promise<{ dealers: DealerSummary[] }> {
  return (await ask(url, '/dealers')) as { dealers: DealerSummary[] };
}

/** What is known of one dealer. */
export async function askDealer(url: string, dealerId: string): Promise<DealerProfile> {
  return (await ask(url, `/dealers/${encodeURIComponent(dealerId)}`)) as DealerProfile;
}

/** Some instruments: those whose ids begin with `prefix` and come after `after`. */
export async function askInstruments(
  url: string,
  { prefix, after, limit }: { prefix: string; after: string; limit: number },
): Promise<InstrumentPage> {
  const query = new URLSearchParams({ id: prefix, after, limit: String(limit) });
  return (await ask(url, `/instruments?${query}`)) as InstrumentPage;
}

/** The record of an instrument. */
export async function askInstrument(url: string, instrumentId: string) {
  const answer = await ask(url, `/instruments/${encodeURIComponent(instrumentId)}`);
  return answer as { instrumentId: string; sequence: number; record: InstrumentEvent };
}

/** Replaces (PUT) or merges (PATCH) a record. */
export async function changeRecord(
  url: string,
  kind: 'dealer' | 'instrument',
  method: 'PUT' | 'PATCH',
  id: string,
  change: object,
): Promise<EditResult> {
  const path = `/${kind}s/${encodeURIComponent(id)}`;
  return (await send(url, method, path, change)) as EditResult;
}

/** A decision that the engine still remembers. */
export async function askDecision(url: string, decisionId: string): Promise<DecisionAndOverrides> {
  const path = `/decisions/${encodeURIComponent(decisionId)}`;
  return (await ask(url, path)) as DecisionAndOverrides;
}

/** Records an override. */
export async function postOverride(
  url: string,
  decisionId: string,
  request: OverrideRequest,
): Promise<Override> {
  const path = `/decisions/${encodeURIComponent(decisionId)}/override`;
  return (await send(url, 'POST', path, request)) as Override;
}

/** Asks with a body, which goes as JSON. */
function send(url: string, method: string, path: string, content: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return ask(url, path, { method, headers, body: JSON.stringify(content) });
}

async function ask(url: string, path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await request(`${url.replace(/\/+$/, '')}${path}`, init);
  const text = await response.text();
  const answer = parse(text);
  if (response.ok && answer !== undefined) return answer;
  const { code = 'badAnswer', message = text.slice(0, 200) } = (answer ?? {}) as {
    code?: string;
    message?: string;
  };
  throw new FirstcallError(code, `the engine answered ${response.status}: ${message}`);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  } catch (cause) {
    const reason = (cause as Error).cause ?? cause;
    throw new FirstcallError(
      'noEngine',
      `no engine answers at ${url} (${(reason as NodeJS.ErrnoException).code ?? String(reason)}); ` +
        'start one with "npm start", or name another with --url',
      { cause },
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
