import type { Order } from '../../../client/src/browser.ts';
import { parseQuantity } from './quantity.ts';

/** What the scores are as of: where they are final, or this computer's clock. */
export type Moment = 'watermark' | 'now';

/** The fields of the ticket, as they are typed. */
export interface Draft {
  readonly orderId: string;
  readonly instrumentId: string;
  readonly side: 'buy' | 'sell' | '';
  readonly quantity: string;
  /** Dealers to recommend; empty: as the rules say. */
  readonly count: string;
  readonly moment: Moment;
}

/** All of an order but its time, which is that of asking. */
export type UntimedOrder = Omit<Order, 'tsEvent'>;

export interface ReadDraft {
  /** Null while something is missing or wrong. */
  readonly order: UntimedOrder | null;
  /** What is still to be filled in, as a person calls it. */
  readonly missing: readonly string[];
  readonly problems: Readonly<Partial<Record<keyof Draft, string>>>;
}

const COUNT_MAX = 1000;
// As schemas/ids.ts has it; the schema itself would bring the whole schema library along.
const ID = /^[!-~]{1,64}$/;
const BAD_ID = 'An id has 1 to 64 printable characters and no spaces';

export function emptyDraft(): Draft {
  return {
    orderId: newOrderId(),
    instrumentId: '',
    side: '',
    quantity: '',
    count: '',
    moment: 'watermark',
  };
}

/** `randomUUID` is there on secure origins only, and a desk may open the page by plain HTTP. */
function newOrderId(): string {
  const digits = crypto.getRandomValues(new Uint8Array(6));
  return `T-${[...digits].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The order that the fields make, or what keeps them from making one. */
export function readDraft({ orderId, instrumentId, side, quantity, count }: Draft): ReadDraft {
  const missing: string[] = [];
  const problems: Partial<Record<keyof Draft, string>> = {};
  if (instrumentId === '') missing.push('an instrument');
  else if (!ID.test(instrumentId)) problems.instrumentId = BAD_ID;
  if (side === '') missing.push('a side');
  const amount = quantity.trim() === '' ? null : parseQuantity(quantity);
  if (amount === null) missing.push('a quantity');
  else if ('problem' in amount) problems.quantity = amount.problem;
  const dealers = count.trim() === '' ? null : Number(count);
  if (dealers !== null && !(Number.isInteger(dealers) && dealers >= 1 && dealers <= COUNT_MAX)) {
    problems.count = `A whole number from 1 to ${COUNT_MAX}`;
  }
  if (orderId === '') missing.push('an order id');
  else if (!ID.test(orderId)) problems.orderId = BAD_ID;
  const isWhole = missing.length + Object.keys(problems).length === 0;
  if (!isWhole || side === '' || amount === null || 'problem' in amount) {
    return { order: null, missing, problems };
  }
  const asked = dealers === null ? {} : { count: dealers };
  const order = { orderId, instrumentId, side, quantity: amount.value, ...asked };
  return { order, missing, problems };
}
