const reduced = matchMedia('(prefers-reduced-motion: reduce)');

/** False when the user has asked the system for less motion: nothing flashes or glides then. */
export function isMotionWelcome(): boolean {
  return !reduced.matches;
}
