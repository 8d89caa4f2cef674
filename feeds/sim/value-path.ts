import type { Micros } from '../../schemas/ids.ts';
import { mix, unitOf } from './random.ts';

const MINUTE_MICROS = 60_000_000;
/** 4^8 minutes are 45 days: the slowest wave. Its amplitude bounds how far a value can wander. */
const OCTAVES = 9;
/** Standard deviation of a uniform number in [-1, 1). */
const UNIFORM_DEVIATION = Math.sqrt(1 / 3);

/**
 * A path that looks like a random walk and is a pure function of (key, time), so that a market that
 * is started again goes on where its prices were. Value noise in octaves: the wave of period 4^k
 * minutes has 2^k times the amplitude, hence the variance of an increment grows with its lag as a
 * random walk's does, up to the slowest wave, past which the path stays bounded.
 * Returns a number whose increments over a minute have a standard deviation of about 1.
 */
export function valuePath(key: number, at: Micros): number {
  let value = 0;
  let periodMicros = MINUTE_MICROS;
  let amplitude = 1;
  for (let octave = 0; octave < OCTAVES; octave++) {
    const position = at / periodMicros;
    const step = Math.floor(position);
    const left = knot(key, octave, step);
    value += amplitude * (left + (knot(key, octave, step + 1) - left) * (position - step));
    periodMicros *= 4;
    amplitude *= 2;
  }
  return value * MINUTE_SCALE;
}

/** Knots are `step` apart in time; uniform in [-1, 1). */
function knot(key: number, octave: number, step: number): number {
  return 2 * unitOf(mix(mix(key, octave), step)) - 1;
}

/**
 * One over the standard deviation of the raw sum's increment over one minute: the fastest wave
 * gives a variance of about 2/3 (two independent knots), the slower ones about 2/3 x 4^k / 16^k.
 */
const MINUTE_SCALE = 1 / (UNIFORM_DEVIATION * Math.sqrt(2 * (1 + 1 / 4 + 1 / 16 + 1 / 64)));

/** Minutes in the eight hours that a market trades; volatilities are quoted over it. */
const TRADING_MINUTES = 480;

/** The path in basis points, scaled so that eight hours move it by about `dailyBps`. */
export function valuePathBps(key: number, at: Micros, dailyBps: number): number {
  return (valuePath(key, at) * dailyBps) / Math.sqrt(TRADING_MINUTES);
}
