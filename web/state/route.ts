import { type Signal, signal } from '@preact/signals';
import { addressOf, DEFAULT_ADDRESS, type TopicAddress } from './topic-address.ts';

/** What the location's fragment asks for, followed for the life of the page. */
export function followLocation(): Signal<TopicAddress> {
  const read = (): TopicAddress => addressOf(location.hash) ?? DEFAULT_ADDRESS;
  const address = signal(read());
  addEventListener('hashchange', () => {
    address.value = read();
  });
  return address;
}
