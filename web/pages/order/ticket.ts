import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { LiveClient } from '../../../client/src/browser.ts';
import { FirstcallError } from '../../../schemas/errors.ts';
import type { Override } from '../../../schemas/override.ts';
import type { SelectionAnswer, SelectionPreview } from '../../../schemas/selection.ts';
import { ask, send } from '../../state/ask.ts';
import { askAsOf, askPreview } from './ask-as-of.ts';
import { changeOf, isConsidered, isSameList, knownId, moved } from './call-list.ts';
import { type Draft, emptyDraft, type ReadDraft, readDraft } from './draft.ts';

/** Typing rests this long before the engine is asked. */
const DEBOUNCE_MS = 200;
/** How often the preview is asked for anew while it is looked at and nobody changes it. */
const REFRESH_MS = 5_000;

/** What there is to look at: a preview, or the selection that was recorded. */
export type ShownSelection = Omit<SelectionAnswer, 'decisionId'>;

/** An order as it is typed, the list that the engine recommends for it, and what the trader makes of that. */
export class Ticket {
  /** Grows with each ticket that is begun. */
  readonly number = signal(1);
  readonly draft = signal<Draft>(emptyDraft());
  readonly read: ReadonlySignal<ReadDraft> = computed(() => readDraft(this.draft.value));
  readonly preview = signal<SelectionPreview | null>(null);
  /** Why the newest question has no answer. */
  readonly failure = signal<FirstcallError | null>(null);
  /** When the preview came, milliseconds of `performance.now()`. */
  readonly previewAtMs = signal(0);
  /** The recorded selection, once the list has been taken. */
  readonly decision = signal<SelectionAnswer | null>(null);
  readonly override = signal<Override | null>(null);
  /** The trader's own list; null: as recommended. */
  readonly ownList = signal<readonly string[] | null>(null);
  readonly isTaking = signal(false);
  /** Why the list was not taken, or not overridden. */
  readonly refusal = signal<FirstcallError | null>(null);
  readonly shown = computed<ShownSelection | null>(() => this.decision.value ?? this.preview.value);
  readonly recommended = computed<readonly string[]>(
    () => this.shown.value?.dealers.map(({ dealerId }) => dealerId) ?? [],
  );
  readonly called = computed(() => this.ownList.value ?? this.recommended.value);
  readonly change = computed(() => changeOf(this.recommended.value, this.called.value));
  /** All that an answer depends on beside the engine's state; empty while the order is not whole. */
  readonly #key = computed(() => {
    const { order } = this.read.value;
    return order === null ? '' : JSON.stringify([this.draft.value.moment, order]);
  });
  /** Of the preview. */
  readonly #previewKey = signal('');
  /** The list on the page is that of what stands in the fields. */
  readonly isCurrent = computed(
    () => this.decision.value !== null || this.#previewKey.value === this.#key.value,
  );
  readonly #client: LiveClient;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #question = new AbortController();

  constructor(client: LiveClient) {
    this.#client = client;
  }

  /** Asks for previews until it is stopped. */
  follow(): () => void {
    const end = effect(() => {
      const key = this.#key.value;
      this.#rest();
      if (this.decision.value === null) this.#askSoon(key);
    });
    // While nobody looked nothing was asked.
    const look = () => {
      if (document.hidden || this.decision.peek() !== null) return;
      this.#rest();
      this.#askSoon(this.#key.peek());
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      end();
      document.removeEventListener('visibilitychange', look);
      this.#rest();
    };
  }

  set(fields: Partial<Draft>): void {
    this.draft.value = { ...this.draft.peek(), ...fields };
  }

  /** An empty ticket, with an order id of its own. */
  begin(): void {
    batch(() => {
      this.number.value++;
      this.draft.value = { ...emptyDraft(), moment: this.draft.peek().moment };
      this.decision.value = null;
      this.override.value = null;
      this.preview.value = null;
      this.undo();
    });
  }

  move(dealerId: string, to: number): void {
    this.#edit(moved(this.called.peek(), dealerId, to));
  }

  drop(dealerId: string): void {
    this.#edit(this.called.peek().filter((id) => id !== dealerId));
  }

  /**
   * Adds a dealer by what was typed, in capitals where only those are known. Who is left out, or whom
   * nobody knows, is refused here: an override that the engine refuses would leave a decision recorded.
   */
  async addTyped(typed: string): Promise<void> {
    const shown = this.shown.peek();
    if (shown === null) return;
    const dealerId = knownId(shown, typed);
    const barred = shown.filtered.find((each) => each.dealerId === dealerId);
    this.refusal.value = null;
    if (barred !== undefined) {
      const by = barred.rule === null ? 'the dealer database' : `rule “${barred.rule}”`;
      this.refusal.value = new FirstcallError('excluded', `add: ${dealerId} ${barred.why} (${by})`);
      return;
    }
    try {
      if (!isConsidered(shown, dealerId)) await ask(`dealers/${encodeURIComponent(dealerId)}`);
      this.add(dealerId);
    } catch (error) {
      const { code, message } = error as FirstcallError;
      const why = code === 'noRecord' ? `nobody knows a dealer ${typed}` : message;
      this.refusal.value = new FirstcallError('badOverride', `add: ${why}`);
    }
  }

  add(dealerId: string): void {
    const called = this.called.peek();
    if (!called.includes(dealerId)) this.#edit([...called, dealerId]);
  }

  /** The recommended list again. */
  undo(): void {
    batch(() => {
      this.ownList.value = null;
      this.refusal.value = null;
    });
  }

  /** Takes the recommended list: the selection is made again, and recorded. */
  take(): Promise<void> {
    return this.#run(async () => void (await this.#decide()));
  }

  /** Records the trader's own list beside the recommended one. */
  takeOwn(by: string, reason: string): Promise<void> {
    return this.#run(async () => {
      const called = this.called.peek();
      const decision = this.decision.peek() ?? (await this.#decide());
      const recommended = decision.dealers.map(({ dealerId }) => dealerId as string);
      const change = changeOf(recommended, called);
      if (change === null) return;
      const path = `decisions/${encodeURIComponent(decision.decisionId)}/override`;
      this.override.value = await send<Override>(path, { by, reason, ...change });
    });
  }

  async #decide(): Promise<SelectionAnswer> {
    const { order } = this.read.peek();
    const { moment } = this.draft.peek();
    const decision = await askAsOf(moment, (tsEvent) =>
      this.#client.select({ ...order!, tsEvent }),
    );
    this.decision.value = decision;
    return decision;
  }

  async #run(action: () => Promise<void>): Promise<void> {
    if (this.isTaking.peek()) return;
    this.isTaking.value = true;
    this.refusal.value = null;
    try {
      await action();
    } catch (error) {
      this.refusal.value = error as FirstcallError;
    }
    this.isTaking.value = false;
  }

  #edit(list: readonly string[]): void {
    const isRecommended = isSameList(list, this.recommended.peek());
    this.ownList.value = isRecommended ? null : list;
    this.refusal.value = null;
  }

  #askSoon(key: string): void {
    if (key !== this.#previewKey.peek()) this.undo();
    this.failure.value = null;
    if (key === '') this.preview.value = null;
    else this.#timer = setTimeout(() => void this.#ask(key), DEBOUNCE_MS);
  }

  async #ask(key: string): Promise<void> {
    const question = new AbortController();
    this.#question = question;
    if (!this.#isLeftAlone) await this.#answer(key, question.signal);
    if (question.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#ask(key), REFRESH_MS);
  }

  /** A list that the trader is changing does not change under the hand. */
  get #isLeftAlone(): boolean {
    const isEdited = this.ownList.peek() !== null || this.isTaking.peek();
    return this.isCurrent.peek() && (isEdited || document.hidden);
  }

  async #answer(key: string, signal: AbortSignal): Promise<void> {
    try {
      const { moment } = this.draft.peek();
      const preview = await askPreview(moment, this.read.peek().order!, signal);
      if (signal.aborted || this.#isLeftAlone) return;
      batch(() => {
        this.preview.value = preview;
        this.previewAtMs.value = performance.now();
        this.#previewKey.value = key;
        this.failure.value = null;
      });
    } catch (error) {
      if (!signal.aborted) this.failure.value = error as FirstcallError;
    }
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#question.abort();
  }
}
