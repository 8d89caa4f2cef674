import fc from 'fast-check';
import type { FirstcallEvent } from '../../../schemas/events.ts';
import { type Draft, LATENESS_STEPS, sometimes } from './grid.ts';

/** What happens to an event on its way into the log. */
interface Mishap {
  /** Steps that it comes after its event time. */
  readonly delay: number;
  /** Orders what comes in one step. */
  readonly tie: number;
  readonly copy: Copy | undefined;
}

/** The same event once more, or another that claims to be the same thing. */
interface Copy {
  /** Steps after the event itself; 0: next to it. */
  readonly delay: number;
  readonly changed: boolean;
  readonly newEventId: boolean;
}

const delay = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.nat({ max: 24 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: LATENESS_STEPS }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: LATENESS_STEPS - 1, max: 2 * LATENESS_STEPS }),
  },
);
const copy = fc.record({
  delay: fc.oneof(fc.constant(0), fc.nat({ max: 20 }), fc.nat({ max: 600 })),
  changed: fc.boolean(),
  newEventId: fc.boolean(),
});
const mishap = fc.record({
  delay,
  tie: fc.nat({ max: 3 }),
  copy: sometimes(copy, 8),
});

/** One for each event, from the first again where there are more events. */
export const mishaps = fc.array(mishap, { minLength: 1, maxLength: 80 });

interface Arrival {
  readonly event: FirstcallEvent;
  readonly step: number;
  readonly tie: number;
}

/** The log that drafts make: each at its step and delay, with copies. */
export function logOf(drafts: readonly Draft[], mishapList: readonly Mishap[]): FirstcallEvent[] {
  const arrivals = new Map<Draft, number>();
  const all: Arrival[] = [];
  for (const [i, draft] of drafts.entries()) {
    const { delay: wanted, tie, copy: again } = mishapList[i % mishapList.length]!;
    const allowed = Math.min(wanted, draft.maxDelay ?? wanted);
    const earliest = draft.after === undefined ? -Infinity : arrivals.get(draft.after)! + 1;
    const step = Math.max(draft.step + allowed, earliest);
    arrivals.set(draft, step);
    all.push({ event: draft.event, step, tie });
    if (again === undefined) continue;
    all.push({ event: copyOf(draft.event, again, i), step: step + again.delay, tie });
  }
  return all.sort((a, b) => a.step - b.step || a.tie - b.tie).map(({ event }) => event);
}

function copyOf(event: FirstcallEvent, { changed, newEventId }: Copy, i: number): FirstcallEvent {
  const other = changed ? changedContent(event) : undefined;
  if (other === undefined) return { ...event };
  // The id of a `tca` event is what makes it the same thing.
  const id = newEventId && event.kind !== 'tca' ? `copy${i}` : event.id;
  return { ...other, id };
}

/** The same thing, with the same time and other content; undefined for what has no id of its own. */
function changedContent(event: FirstcallEvent): FirstcallEvent | undefined {
  switch (event.kind) {
    case 'order':
    case 'axe':
    case 'fill':
      return { ...event, quantity: event.quantity === 1e6 ? 4e6 : 1e6 };
    case 'quote':
      return { ...event, quantity: 5e5 };
    case 'quoteAccept':
      return { ...event, dealerId: `${event.dealerId}x` as typeof event.dealerId };
    case 'rfqClosed':
      return { ...event, reason: event.reason === 'cancelled' ? 'traded' : 'cancelled' };
    case 'tca':
      return { ...event, value: event.value + 1 };
    default:
      return undefined;
  }
}
