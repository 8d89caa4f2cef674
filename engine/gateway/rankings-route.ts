import type { TopicState } from './frame.ts';
import type { Hub, Topic } from './hub.ts';
import { FIRST_UPDATE_TIMEOUT_MS, MAX_WAITING_REQUESTS } from './limits.ts';
import type { EngineServices } from './services.ts';
import { refuseTopic } from './session.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from './transport.ts';

/** Characters of a path that names no topic which are told back. */
const MAX_SHOWN_LENGTH = 200;
const PREFIX = '/rankings/';

/**
 * `GET /rankings` lists the scopes; `GET /rankings/<scope>[/<metric>]` answers the newest state. A
 * topic that nobody watches is watched for this request, which waits for its first state.
 */
export class RankingsRoute {
  readonly #hub: Hub;
  readonly #services: EngineServices;
  readonly #waiting = new Set<() => void>();

  constructor(hub: Hub, services: EngineServices) {
    this.#hub = hub;
    this.#services = services;
  }

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const name = topicOf(request.path);
    if (name === '') {
      const { scopes, asOf } = this.#services.status();
      return jsonAnswer(200, { scopes, asOf });
    }
    const refusal =
      name === null ? 'malformed percent-encoding' : refuseTopic(this.#services, name);
    if (name === null || refusal !== null) {
      const shown = name?.slice(0, MAX_SHOWN_LENGTH) ?? 'path';
      return jsonAnswer(404, { code: 'unknownTopic', message: `${shown}: ${refusal}` });
    }
    const unknown = this.#unknownScope(name);
    if (unknown !== null) return unknown;
    const state = await this.stateOf(name);
    return 'status' in state ? state : stateAnswer(state, request);
  }

  /** The newest state of a topic, or the answer that says why there is none. */
  async stateOf(name: string): Promise<TopicState | HttpAnswer> {
    const topic = this.#hub.hold(name);
    if (topic === null) return unavailable('tooManyTopics', 'too many topics are watched already');
    try {
      return topic.latest ?? (await this.#firstState(topic)) ?? this.#notYet(name);
    } finally {
      this.#hub.release(topic);
    }
  }

  /** Ends every wait with "not yet". */
  close(): void {
    for (const giveUp of this.#waiting) giveUp();
  }

  #firstState(topic: Topic): Promise<TopicState | null> {
    if (this.#waiting.size >= MAX_WAITING_REQUESTS) return Promise.resolve(null);
    return new Promise((resolve) => {
      const finish = (state: TopicState | null) => {
        clearTimeout(timer);
        topic.waiting.delete(finish);
        this.#waiting.delete(giveUp);
        resolve(state);
      };
      const giveUp = () => finish(null);
      const timer = setTimeout(giveUp, FIRST_UPDATE_TIMEOUT_MS);
      topic.waiting.add(finish);
      this.#waiting.add(giveUp);
    });
  }

  /** A subscriber may wait for a scope to be observed; a question has no answer. */
  #unknownScope(name: string): HttpAnswer | null {
    const scope = name.replace(/^sums:/, '').split('/', 1)[0]!;
    const { ready, scopes } = this.#services.status();
    if (!ready || scope.includes(':') || scopes.includes(scope)) return null;
    const message = `${scope}: nothing has been observed there; GET /rankings lists what has`;
    return jsonAnswer(404, { code: 'unknownTopic', message });
  }

  #notYet(name: string): HttpAnswer {
    const { ready, degradedPartitions } = this.#services.status();
    const why = ready ? 'not ranked yet' : 'the engine is still reading the log';
    return unavailable('notReady', `${name}: ${why}; try again`, { ready, degradedPartitions });
  }
}

/** Null if the path cannot be decoded, '' for the list. */
function topicOf(path: string): string | null {
  try {
    return decodeURIComponent(path.slice(PREFIX.length));
  } catch {
    return null;
  }
}

function stateAnswer({ snapshot }: TopicState, { query, headers }: HttpRequest): HttpAnswer {
  const isMsgpack = query.has('format')
    ? query.get('format') === 'msgpack'
    : headers.accept.includes('msgpack');
  return {
    status: 200,
    headers: {
      'content-type': isMsgpack ? 'application/vnd.msgpack' : 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    },
    body: snapshot.in(isMsgpack ? 'msgpack' : 'json'),
  };
}

function unavailable(code: string, message: string, about: object = {}): HttpAnswer {
  const answer = jsonAnswer(503, { code, message, ...about });
  return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } };
}
