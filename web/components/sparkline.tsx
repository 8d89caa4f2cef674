import { useEffect, useRef } from 'preact/hooks';
import { sparklinePath } from '../format/sparkline-path.ts';
import type { Trail } from '../state/trail.ts';

interface SparklineProps {
  readonly trail: Trail;
  /** Changes when the trail has. */
  readonly version: number;
}

const WIDTH = 64;
const HEIGHT = 22;

/** A line on a canvas, which is drawn without touching the document: every row has one. */
export function Sparkline({ trail, version }: SparklineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  // The version stands for the content of the trail, which is not itself a signal.
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, trail);
  }, [trail, version]);
  return <canvas ref={canvas} class="sparkline" width={WIDTH} height={HEIGHT} />;
}

function draw(canvas: HTMLCanvasElement, trail: Trail): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = devicePixelRatio;
  const width = Math.round(WIDTH * ratio);
  // Setting the size clears the canvas, which is what a new drawing wants.
  canvas.width = width;
  canvas.height = Math.round(HEIGHT * ratio);
  context.scale(ratio, ratio);
  const colour = getComputedStyle(canvas).color;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1.25;
  context.lineJoin = 'round';
  const strokes = sparklinePath(trail.samples, { width: WIDTH, height: HEIGHT });
  for (const points of strokes) {
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x, y);
    context.stroke();
  }
  const end = strokes.at(-1)?.at(-1);
  if (end === undefined) return;
  context.beginPath();
  context.arc(end[0], end[1], 1.75, 0, 2 * Math.PI);
  context.fill();
}
