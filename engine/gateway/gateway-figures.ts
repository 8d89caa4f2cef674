import type { GatewayFigures } from '../../schemas/engine-status.ts';
import type { Gauges } from './counters.ts';
import type { Hub } from './hub.ts';

/** What the gateway is doing now, for `/metrics`. */
export function gaugesOf(hub: Hub): Gauges {
  return {
    subscribers: { help: 'Open WebSockets.', value: hub.subscribers.size },
    topics: { help: 'Topics that the engine is asked for.', value: hub.topicCount },
    buffered_bytes_max: {
      help: 'Bytes that wait for the slowest subscriber.',
      value: bufferedBytesMax(hub),
    },
  };
}

/** The same with what it has counted, for `/status`. */
export function gatewayFigures(hub: Hub): GatewayFigures {
  const { counters } = hub;
  const sent = ['snapshots_sent_total', 'deltas_sent_total', 'replies_sent_total'] as const;
  return {
    subscribers: hub.subscribers.size,
    topics: hub.topicCount,
    framesSent: sent.reduce((sum, name) => sum + counters.get(name), 0),
    bytesSent: counters.get('bytes_sent_total'),
    bufferedBytesMax: bufferedBytesMax(hub),
    deltasSkipped: counters.get('deltas_skipped_total'),
    subscribersCut: counters.get('subscribers_cut_total'),
    connectionsRefused: counters.get('connections_refused_total'),
    selectionsRefused: counters.get('selections_refused_total'),
  };
}

function bufferedBytesMax(hub: Hub): number {
  let buffered = 0;
  for (const subscriber of hub.subscribers) {
    buffered = Math.max(buffered, subscriber.bufferedBytes);
  }
  return buffered;
}
