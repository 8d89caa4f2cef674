import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Page } from '../../state/page.ts';
import { Ticket } from './ticket.ts';

/** One a page: it is still there when a trader comes back from another page. */
const tickets = new WeakMap<Page, Ticket>();

export function ticketOf(page: Page): Ticket {
  const known = tickets.get(page) ?? new Ticket(page.link.client);
  tickets.set(page, known);
  return known;
}

export const TicketContext = createContext<Ticket | null>(null);

/** The ticket that a component is part of. */
export function useTicket(): Ticket {
  return useContext(TicketContext)!;
}
