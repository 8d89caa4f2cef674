import { expect, it } from 'vitest';
import { curveShape, HEIGHT, MARGIN } from './curve-shape.ts';

const point = (dealers: number, gainBps: number, leakageBps: number) => {
  return { dealers, gainBps, leakageBps, netBps: gainBps - leakageBps };
};

it('holds every value between lines of round numbers', () => {
  const { grid, lines } = curveShape([point(1, 1.2, 0.4), point(2, 2.1, 0.9), point(3, 2.6, 3.1)]);
  expect(grid.map(({ bps }) => bps)).toEqual([-1, 0, 1, 2, 3, 4]);
  for (const [, y] of lines.flatMap(({ points }) => points)) {
    expect(y).toBeGreaterThanOrEqual(MARGIN.top);
    expect(y).toBeLessThanOrEqual(HEIGHT - MARGIN.bottom);
  }
});

it('keeps the labels of lines apart that end together', () => {
  const { lines } = curveShape([point(1, 0, 0), point(2, 0, 0)]);
  const places = lines.map(({ labelY }) => labelY).sort((a, b) => a - b);
  expect(places[1]! - places[0]!).toBeGreaterThanOrEqual(13);
  expect(places[2]! - places[1]!).toBeGreaterThanOrEqual(13);
  expect(places[2]!).toBeLessThan(HEIGHT);
});

it('stands a single dealer in the middle', () => {
  const { x, lines } = curveShape([point(1, 2, 1)]);
  expect(lines[0]!.points).toHaveLength(1);
  expect(x(1)).toBeGreaterThan(MARGIN.left);
});
