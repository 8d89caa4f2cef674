import type { Micros } from '../../schemas/ids.ts';

/**
 * Forward decay (Cormode, Shkapenyuk, Srivastava, Xu, ICDE 2009) in base 2. An observation at time
 * t weighs 2^(t/H - n), where n counts half-lives since the epoch: the ratio of two weights never
 * changes, so sums are only ever added to, and aging is one multiplication when they are read.
 *
 * Everything here is + and x on doubles, which IEEE 754 fixes to the bit; Math.pow and Math.exp
 * differ between engines and are not used.
 */

/** 2^(i/16), correctly rounded. */
const SIXTEENTHS = new Float64Array([
  1.0,
  1.0442737824274138,
  1.0905077326652577,
  1.1387886347566916,
  1.189207115002721,
  1.241857812073484,
  1.2968395546510096,
  1.3542555469368927,
  Math.SQRT2,
  1.4768261459394993,
  1.5422108254079407,
  1.6104903319492543,
  1.681792830507429,
  1.7562521603732995,
  1.8340080864093424,
  1.9152065613971474,
]);

/**
 * 2^y for y in [0, 1): a table of sixteenths times the Taylor polynomial of degree 8 in the rest,
 * whose truncation error is below 2e-18.
 */
export function exp2Fraction(y: number): number {
  const i = Math.floor(y * 16);
  const r = y - i / 16;
  const polynomial =
    1 +
    r *
      (Math.LN2 +
        r *
          (0.24022650695910072 +
            r *
              (0.05550410866482158 +
                r *
                  (0.009618129107628477 +
                    r *
                      (0.0013333558146428443 +
                        r *
                          (0.0001540353039338161 +
                            r * (1.5252733804059841e-5 + r * 1.321548679014431e-6)))))));
  return SIXTEENTHS[i]! * polynomial;
}

/** Scalings past this many half-lives are zero: nothing that old is left in a sum. */
export const MAX_HALF_LIVES = 500;

const NEGATIVE_POWERS = new Float64Array(MAX_HALF_LIVES + 1).fill(1);
for (let k = 1; k <= MAX_HALF_LIVES; k++) NEGATIVE_POWERS[k] = NEGATIVE_POWERS[k - 1]! / 2;

/** 2^-k exactly, for an integer k; +0 when k > 500, and 2^500 when k < -500. */
export function halved(k: number): number {
  if (k >= 0) return k > MAX_HALF_LIVES ? 0 : NEGATIVE_POWERS[k]!;
  return 1 / NEGATIVE_POWERS[Math.min(-k, MAX_HALF_LIVES)]!;
}

/** A time in half-lives: t = (whole + fraction) x halfLife, and the weight 2^fraction. */
export interface DecayTime {
  readonly halfLife: Micros;
  whole: number;
  /** 2^fraction, in [1, 2). */
  scale: number;
}

export function decayTime(t: Micros, halfLife: Micros): DecayTime {
  const time = { halfLife, whole: 0, scale: 1 };
  moveTo(time, t);
  return time;
}

/** Sets a time that the caller keeps, so that the hot path allocates nothing. */
export function moveTo(time: DecayTime, t: Micros): void {
  const { halfLife } = time;
  const whole = Math.floor(t / halfLife);
  time.whole = whole;
  time.scale = exp2Fraction((t - whole * halfLife) / halfLife);
}
