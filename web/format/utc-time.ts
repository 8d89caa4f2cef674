/** A moment of the log in seconds: `2026-11-28 09:11:29`, which is UTC. */
export function utcSeconds(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19).replace('T', ' ');
}

/** The same to the microsecond, with its zone: what an audit record says. */
export function utcMicros(micros: number): string {
  const fraction = String(((micros % 1e6) + 1e6) % 1e6).padStart(6, '0');
  return `${utcSeconds(micros)}.${fraction} UTC`;
}
