/** What the page shows: a scope, ranked by the composite (null) or by one metric. */
export interface TopicAddress {
  readonly scope: string;
  readonly metric: string | null;
}

export const DEFAULT_ADDRESS: TopicAddress = { scope: 'ALL', metric: null };

// The ranking topics of the protocol; its own schema would bring the whole schema library along.
const TOPIC =
  /^([A-Z0-9_-]{1,96}|(?:instrument|issuer):[!-.0-~]{1,64})(?:\/([A-Za-z0-9_.]{1,52}))?$/;

/** Topic of an address: `<scope>` or `<scope>/<metric>`. */
export function topicOf({ scope, metric }: TopicAddress): string {
  return metric === null ? scope : `${scope}/${metric}`;
}

/** Fragment of the link to an address. */
export function hashOf(address: TopicAddress): string {
  return `#${topicOf(address)}`;
}

/** The address in a location's fragment; null when it holds none that could exist. */
export function addressOf(hash: string): TopicAddress | null {
  const match = TOPIC.exec(decoded(hash.replace(/^#/, '')));
  if (match === null) return null;
  return { scope: match[1]!, metric: match[2] ?? null };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
