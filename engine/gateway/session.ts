import { type ClientFrame, TOPIC_PATTERN } from '../../schemas/protocol.ts';
import { answerOrder } from './answer-order.ts';
import { errorCodeOf, errorFrame, readClientFrame } from './client-frames.ts';
import { Frame } from './frame.ts';
import type { Hub, Topic } from './hub.ts';
import { MAX_DESK_BYTES, MAX_WAITING_QUESTION_BYTES, MESSAGE_OVERHEAD_BYTES } from './limits.ts';
import type { EngineServices } from './services.ts';
import type { Subscriber } from './subscriber.ts';
import type { SocketListener } from './transport.ts';

const TOPIC = new RegExp(TOPIC_PATTERN);

/** Why a topic cannot be subscribed to, or null. */
export function refuseTopic(services: EngineServices, topic: string): string | null {
  if (!TOPIC.test(topic)) return 'not a topic: use SCOPE, SCOPE/METRIC or sums:SCOPE';
  return services.refuseTopic(topic);
}

/** Answers the frames of one subscriber. Nothing that arrives can make it throw. */
export class Session implements SocketListener {
  readonly #hub: Hub;
  readonly #services: EngineServices;
  readonly #subscriber: Subscriber;
  readonly #report: (error: unknown) => void;
  /** Frames that are not answered yet, oldest first. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isCut = false;

  constructor(
    hub: Hub,
    services: EngineServices,
    subscriber: Subscriber,
    report: (error: unknown) => void,
  ) {
    this.#hub = hub;
    this.#services = services;
    this.#subscriber = subscriber;
    this.#report = report;
  }

  message(bytes: Uint8Array): void {
    this.#hub.counters.add('frames_received_total');
    if (this.#waiting.length === 0 && this.#subscriber.hasRoom) this.#answer(bytes);
    else this.#keep(bytes);
  }

  drained(): void {
    let answered = 0;
    for (const bytes of this.#waiting) {
      if (!this.#subscriber.hasRoom) break;
      this.#waitingBytes -= bytes.length + MESSAGE_OVERHEAD_BYTES;
      answered++;
      this.#answer(bytes);
    }
    this.#waiting.splice(0, answered);
    this.#subscriber.flush();
  }

  closed(): void {
    this.#waiting = [];
    this.#subscriber.closed();
  }

  /** Until what waits for the subscriber has been read, so that its answers do not pile up. */
  #keep(bytes: Uint8Array): void {
    this.#waitingBytes += bytes.length + MESSAGE_OVERHEAD_BYTES;
    // The transport takes its memory back.
    if (this.#waitingBytes <= MAX_WAITING_QUESTION_BYTES) this.#waiting.push(new Uint8Array(bytes));
    else this.#cut();
  }

  #cut(): void {
    if (!this.#isCut) this.#subscriber.cut();
    this.#isCut = true;
  }

  #answer(bytes: Uint8Array): void {
    const frame = readClientFrame(bytes);
    if (frame.type === 'error') this.#refuse(frame);
    else this.#obey(frame);
  }

  #obey(frame: ClientFrame): void {
    switch (frame.type) {
      case 'subscribe':
        for (const topic of frame.topics) this.#subscribe(topic);
        this.#subscriber.flush();
        break;
      case 'unsubscribe':
        for (const topic of frame.topics) this.#subscriber.unsubscribe(topic);
        break;
      case 'resync':
        for (const topic of frame.topics) this.#resync(topic);
        this.#subscriber.flush();
        break;
      case 'select':
        this.#select(frame);
        break;
      case 'desk':
        this.#desk(frame.requestId);
        break;
      case 'ping':
        this.#subscriber.reply(Frame.ofValue({ type: 'pong', requestId: frame.requestId }));
        break;
    }
  }

  #subscribe(name: string): void {
    if (this.#subscriber.has(name)) return;
    const topic = this.#hold(name);
    if (topic !== null) this.#subscriber.subscribe(topic);
  }

  /** The topic, or null after an error frame that says why not. */
  #hold(name: string): Topic | null {
    const refusal = refuseTopic(this.#services, name);
    if (refusal !== null) {
      this.#refuse(errorFrame('unknownTopic', `${name}: ${refusal}`, { topic: name }));
      return null;
    }
    const topic = this.#subscriber.isFull ? null : this.#hub.hold(name);
    if (topic === null) {
      const message = `${name}: too many topics; unsubscribe from some first`;
      this.#refuse(errorFrame('tooManyTopics', message, { topic: name }));
    }
    return topic;
  }

  #resync(name: string): void {
    if (this.#subscriber.resync(name)) return;
    const message = `${name}: not subscribed to, so there is nothing to resync`;
    this.#refuse(errorFrame('unknownTopic', message, { topic: name }));
  }

  #select({ requestId, order }: ClientFrame & { type: 'select' }): void {
    try {
      const selection = answerOrder(this.#services, order);
      this.#subscriber.reply(Frame.ofSelection({ type: 'selection', requestId, selection }));
      this.#hub.counters.add('selections_total');
    } catch (error) {
      const { code, message } = errorCodeOf(error);
      if (code === 'internal') this.#report(error);
      this.#hub.counters.add('selections_refused_total');
      this.#refuse(errorFrame(code, message, { requestId }));
    }
  }

  /** The answer may be large, and is all that may wait for a subscriber by far. */
  #desk(requestId: number): void {
    const frame = Frame.ofValue({ type: 'desk', requestId, ...this.#services.desk() });
    const bytes = this.#subscriber.lengthOf(frame);
    if (bytes <= MAX_DESK_BYTES) {
      this.#subscriber.reply(frame);
      return;
    }
    const message = `the desk is ${bytes} bytes, more than a frame's ${MAX_DESK_BYTES}: GET /desk`;
    this.#refuse(errorFrame('tooLarge', message, { requestId }));
  }

  #refuse(error: ReturnType<typeof errorFrame>): void {
    this.#hub.counters.add('frames_refused_total');
    this.#subscriber.reply(Frame.ofValue(error));
  }
}
