import { FirstcallError } from '../../schemas/errors.ts';

const ANSWER_MS_MAX = 25_000;

/** Asks the engine by HTTP. Rejects with FirstcallError: the engine's own, or `noAnswer` where there was none. */
export async function ask<T>(
  path: string,
  init: RequestInit = {},
  answerMsMax = ANSWER_MS_MAX,
): Promise<T> {
  const timeout = AbortSignal.timeout(answerMsMax);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, { ...init, signal });
    text = await response.text();
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new FirstcallError(
      'noAnswer',
      `the engine does not answer (${(error as Error).message})`,
    );
  }
  const answer = parsed(text);
  if (response.ok && answer !== undefined) return answer as T;
  const { code = 'badAnswer', message = `HTTP ${response.status}` } = (answer ?? {}) as {
    code?: string;
    message?: string;
  };
  throw new FirstcallError(code, message);
}

/** The same with a body. */
export function send<T>(path: string, content: object, init: RequestInit = {}): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return ask<T>(path, { method: 'POST', ...init, headers, body: JSON.stringify(content) });
}

/** Rows of a named query of the history (engine/history/named-queries.ts). */
export async function askHistory<Row>(
  query: string,
  parameters: object = {},
  init: RequestInit = {},
): Promise<readonly Row[]> {
  return (await send<{ rows: readonly Row[] }>('history', { query, parameters }, init)).rows;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
