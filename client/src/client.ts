import type { Selection, SelectRequest } from '../../schemas/selection.ts';
import { LiveClient } from './live-client.ts';
import { type InstrumentWatch, type LocalOptions, LocalSelection } from './local-selection.ts';
import type { ClientOptions } from './options.ts';
import type { Order } from './order.ts';
import type { OpenSocket } from './socket.ts';

/** An OMS's connection, which can also select by itself, on replicas of what the engine selects with. */
export class FirstcallClient extends LiveClient {
  readonly #local: LocalSelection;

  constructor(options: ClientOptions, openSocket: OpenSocket) {
    super(options, openSocket);
    this.#local = new LocalSelection(
      options,
      (scope) => this.sums(scope),
      () => this.askDesk(),
      () => this.status,
    );
  }

  /**
   * Subscribes to everything that a selection in the instrument reads, so that `selectLocally`
   * answers without a network hop. Close it when done.
   */
  watchInstrument(instrumentId: string): InstrumentWatch {
    return this.#local.watch(instrumentId);
  }

  /**
   * Whom to call, by the engine's own function on the replicas here: the engine's answer as of the
   * rows at hand, which is not recorded anywhere. Throws a FirstcallError; see `LocalSelection`.
   */
  selectLocally(order: Order, options?: LocalOptions): Selection {
    return this.#local.select(order as SelectRequest, options);
  }

  override close(): void {
    if (this.state === 'closed') return;
    super.close();
    this.#local.close();
  }

  protected override greeted(): void {
    this.#local.refresh();
  }
}
