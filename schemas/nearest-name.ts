import { finish, type Steps } from './steps.ts';

/**
 * The known name that a wrong one was probably meant to be, or null. Differences of case and of
 * separators are free; otherwise at most a third of the letters (and at least one) may differ.
 * Costs the product of the lengths per name; meant for errors, not for hot paths.
 */
export function nearestName(wrong: string, known: Iterable<string>): string | null {
  return finish(nearestNameSteps(wrong, known));
}

/** The same, a known name at a time. */
export function* nearestNameSteps(wrong: string, known: Iterable<string>): Steps<string | null> {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  const plainWrong = plain(wrong);
  for (const name of known) {
    const distance = editDistance(plainWrong, plain(name));
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
    yield;
  }
  return bestDistance <= Math.max(1, Math.floor(plainWrong.length / 3)) ? best : null;
}

function plain(name: string): string {
  return name.slice(0, 100).toLowerCase().replace(/[_-]/g, '');
}

/** Levenshtein's distance, with a swap of two neighbours counted as one (optimal alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let cost = Math.min(substitution, last[column]! + 1, current[column - 1]! + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, beforeLast[column - 2]! + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
