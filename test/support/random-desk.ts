import fc from 'fast-check';
import { conditionArbitrary, filesAbout } from '../../engine/rules/rules-arbitraries.ts';
import type { Market } from '../../feeds/sim/market.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { DealerEvent } from '../../schemas/reference.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import type { PlainFile } from './decision-oracle/plain-rules.ts';
import { SIM_START } from './simulated-log.ts';

/** Never seen in the market. */
const NEWCOMERS = ['NEW1', 'NEW2', 'NEW3'];
const AGREEMENTS = ['ISDA', 'GMRA'];
const ASSETS = ['CORP', 'MUNI', 'GOVT', 'FX'];
const CURRENCIES = ['USD', 'USD', 'EUR', 'JPY'];

/** What a desk does at random, the same for the same seed. */
export class RandomDesk {
  readonly #seed: number;
  readonly #dealers: readonly string[];
  readonly #instruments: readonly string[];

  constructor(seed: number, market: Market) {
    this.#seed = seed;
    this.#dealers = [...market.dealers.map(({ dealerId }) => dealerId), ...NEWCOMERS];
    this.#instruments = market.instruments.map(({ instrumentId }) => instrumentId);
  }

  /** Rules files that speak of the market's dealers. */
  files(count: number): PlainFile[] {
    const simple = fc.oneof(
      fc.constantFrom(1e3, 1e5, 1e6, 1e8).map((size) => `order.quantity > ${size}`),
      fc.constantFrom('buy', 'sell').map((side) => `order.side == "${side}"`),
      fc.constantFrom(...ASSETS).map((asset) => `instrument.assetClass == "${asset}"`),
    );
    const conjunction = fc
      .uniqueArray(simple, { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join(' && '));
    const files = filesAbout({
      dealers: this.#dealers,
      agreements: AGREEMENTS,
      when: fc.oneof(conjunction, conjunction, conditionArbitrary, fc.constant(undefined)),
      where: fc.oneof(
        fc.constantFrom(...this.#dealers).map((id) => `dealer.id != "${id}"`),
        fc.constantFrom('A', 'Ce', 'New').map((start) => `dealer.name.startsWith("${start}")`),
        fc.constantFrom(...ASSETS).map((asset) => `"${asset}" in dealer.assetClasses`),
        fc.constantFrom(...AGREEMENTS).map((name) => `"${name}" in dealer.agreements`),
      ),
    });
    const hasRules = (file: PlainFile) => (file.rules ?? []).length > 1;
    return this.#sample((files as fc.Arbitrary<PlainFile>).filter(hasRules), count, 1);
  }

  /** Orders whose `tsEvent` says how long after the watermark they come; see `at`. */
  orders(count: number): SelectRequest[] {
    const order = fc.record(
      {
        instrumentId: fc.oneof(
          { arbitrary: fc.constantFrom(...this.#instruments), weight: 9 },
          { arbitrary: fc.constantFrom('NEVER-HEARD-OF', 'X'), weight: 1 },
        ),
        side: fc.constantFrom('buy', 'sell'),
        // Sizes of eight orders of magnitude, equally often.
        quantity: fc.double({ min: 1, max: 9, noNaN: true }).map((digits) => 10 ** digits),
        tsEvent: fc.oneof(
          fc.constantFrom(0, 1, 60e6, 3600e6),
          fc.integer({ min: 0, max: 5 * 86_400e6 }),
        ),
        count: fc.integer({ min: 1, max: 12 }),
      },
      { requiredKeys: ['instrumentId', 'side', 'quantity', 'tsEvent'] },
    );
    const orders = this.#sample(order, count, 2) as Omit<SelectRequest, 'orderId'>[];
    return orders.map((each, n) => ({ ...each, orderId: `o${n}` as never }));
  }

  /** New versions of dealer records, without their time. */
  changes(count: number): Omit<DealerEvent, 'tsEvent'>[] {
    const day = fc
      .integer({ min: -2, max: 9 })
      .map((days) => new Date(SIM_START / 1000 + days * 86_400e3).toISOString().slice(0, 10));
    const agreement = fc.record(
      { name: fc.constantFrom(...AGREEMENTS), validFrom: day, validUntil: day },
      { requiredKeys: ['name'] },
    );
    const limit = fc.record({
      quantity: fc.constantFrom(0, 1e4, 1e6, 2.5e7),
      currency: fc.constantFrom(...CURRENCIES),
    });
    const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 2, nil: undefined });
    const record = fc.record({
      dealerId: fc.constantFrom(...this.#dealers),
      enabled: fc.integer({ min: 0, max: 7 }).map((n) => n > 0),
      name: rarely(fc.constantFrom('Alder', 'Cedar', 'Newcomer', '')),
      assetClasses: rarely(fc.uniqueArray(fc.constantFrom(...ASSETS))),
      agreements: rarely(fc.array(agreement, { maxLength: 3 })),
      desks: rarely(fc.constant([{ name: 'High Yield', contacts: ['+1 555 0100'] }])),
      restricted: fc.option(fc.constantFrom('under review', ''), { freq: 2, nil: undefined }),
      creditLimit: rarely(limit),
    });
    const isWorse = (n: number) => n % 4 === 0;
    return this.#sample(record, count, 3).map((each, n) => {
      const { restricted, ...open } = each;
      const whole = isWorse(n) ? { restricted, ...open } : open;
      return JSON.parse(JSON.stringify({ kind: 'dealer', id: `change-${n}`, ...whole }));
    });
  }

  #sample<T>(arbitrary: fc.Arbitrary<T>, numRuns: number, purpose: number): T[] {
    return fc.sample(fc.noBias(arbitrary), { numRuns, seed: this.#seed + purpose });
  }
}

/** An order of `RandomDesk.orders` at the watermark, or so much later. */
export function at(watermark: Micros, order: SelectRequest): SelectRequest {
  return { ...order, tsEvent: Math.max(SIM_START, watermark) + order.tsEvent };
}
