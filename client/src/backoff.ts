/**
 * How long to wait before attempt `attempt` (0-based), milliseconds: doubling from min to max, and
 * of that a random half to whole, so that a thousand clients do not come back in step.
 */
export function backoffDelayMs(
  attempt: number,
  limits: { readonly reconnectMinMs: number; readonly reconnectMaxMs: number },
  random: number,
): number {
  const ceiling = Math.min(
    limits.reconnectMaxMs,
    limits.reconnectMinMs * 2 ** Math.min(attempt, 30),
  );
  return ceiling * (0.5 + random / 2);
}
