import { useEffect, useRef } from 'preact/hooks';
import { sparklinePath } from '../../format/sparkline-path.ts';
import type { Sample } from './track.ts';

interface TrendLineProps {
  readonly samples: readonly Sample[];
  /** What it is of, for those who do not see it: "Lag". */
  readonly name: string;
  /** A value in words. */
  say(value: number): string;
}

const HEIGHT = 34;

/** The last minutes of a figure, drawn on a canvas. */
export function TrendLine({ samples, name, say }: TrendLineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const newest = samples.at(-1);
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, samples);
  });
  return (
    <canvas
      ref={canvas}
      class="tile-trend"
      role="img"
      aria-label={newest === undefined ? `${name}: nothing yet` : rangeInWords(name, samples, say)}
    />
  );
}

function rangeInWords(
  name: string,
  samples: readonly Sample[],
  say: TrendLineProps['say'],
): string {
  const values = samples.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)].map(say);
  return `${name} over the last minutes: between ${low} and ${high}`;
}

function draw(canvas: HTMLCanvasElement, samples: readonly Sample[]): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = devicePixelRatio;
  const width = canvas.clientWidth;
  // Setting the size clears the canvas, which is what a new drawing wants.
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  context.scale(ratio, ratio);
  context.strokeStyle = getComputedStyle(canvas).color;
  context.lineWidth = 1.25;
  context.lineJoin = 'round';
  for (const points of sparklinePath(samples, { width, height: HEIGHT })) {
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x, y);
    context.stroke();
  }
}
