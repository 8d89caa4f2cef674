import { sparklinePath } from '../format/sparkline-path.ts';
import type { Trail } from '../state/trail.ts';

const WIDTH = 60;
const HEIGHT = 20;

/** A line on a canvas, which is drawn without touching the document: every row has one. */
export class Sparkline {
  readonly #context: CanvasRenderingContext2D;
  #drawn: { readonly trail: Trail; readonly version: number; readonly colour: string } | null =
    null;

  constructor(canvas: HTMLCanvasElement) {
    canvas.width = Math.round(WIDTH * devicePixelRatio);
    canvas.height = Math.round(HEIGHT * devicePixelRatio);
    this.#context = canvas.getContext('2d')!;
    this.#context.scale(devicePixelRatio, devicePixelRatio);
    this.#context.lineWidth = 1.25;
    this.#context.lineJoin = 'round';
  }

  /** Returns whether there was anything to draw anew. */
  draw(trail: Trail): boolean {
    const colour = accentOf(this.#context.canvas);
    const { version } = trail;
    const drawn = this.#drawn;
    if (drawn?.trail === trail && drawn.version === version && drawn.colour === colour)
      return false;
    this.#drawn = { trail, version, colour };
    const context = this.#context;
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.strokeStyle = colour;
    context.fillStyle = colour;
    const strokes = sparklinePath(trail.samples, { width: WIDTH, height: HEIGHT });
    context.beginPath();
    for (const points of strokes) {
      for (const [i, [x, y]] of points.entries()) {
        if (i === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
    }
    context.stroke();
    const end = strokes.at(-1)?.at(-1);
    if (end === undefined) return true;
    context.beginPath();
    context.arc(end[0], end[1], 1.75, 0, 2 * Math.PI);
    context.fill();
    return true;
  }
}

const dark = matchMedia('(prefers-color-scheme: dark)');
let accent = { key: '', colour: '' };

/** Asking the browser for a colour may make it lay the page out, so it is asked once a theme. */
function accentOf(canvas: HTMLCanvasElement): string {
  const key = `${document.documentElement.dataset.theme} ${dark.matches}`;
  if (accent.key !== key) accent = { key, colour: getComputedStyle(canvas).color };
  return accent.colour;
}
