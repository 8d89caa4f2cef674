import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { usePage } from '../../state/page.ts';
import { printedAtMs } from './printing.ts';
import type { Figure, TrendLine } from './trend.ts';
import { trendOptions } from './trend-options.ts';
import { shortDay } from './utc.ts';

interface TrendChartProps {
  readonly figure: Figure;
  readonly line: TrendLine;
  readonly dealerId: string;
}

/** Two charts go side by side on paper. */
const PRINTED_WIDTH = 320;

/** One figure over time; what the pointer is at, or the newest bucket, stands above in words. */
export function TrendChart({ figure, line, dealerId }: TrendChartProps) {
  const { theme } = usePage();
  const host = useRef<HTMLDivElement>(null);
  const pointed = useSignal<number | null>(null);
  useEffect(() => {
    const element = host.current!;
    const point = (index: number | null) => {
      pointed.value = index;
    };
    const options = trendOptions({ element, figure, line, dealerId, point });
    const data = [line.times, line.own, line.median] as unknown as uPlot.AlignedData;
    const plot = new uPlot(options, data, element);
    const fitWidth = () =>
      setWidth(plot, printedAtMs.peek() === null ? element.clientWidth : PRINTED_WIDTH);
    const observer = new ResizeObserver(fitWidth);
    observer.observe(element);
    // What the system prefers is seen by `auto` alone, but another drawing costs nothing.
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => plot.redraw(false);
    dark.addEventListener('change', redraw);
    // Not useSignalEffect, which waits for a frame: paper does not.
    const stop = effect(() => {
      void theme.value;
      void printedAtMs.value;
      fitWidth();
      redraw();
    });
    return () => {
      stop();
      observer.disconnect();
      dark.removeEventListener('change', redraw);
      plot.destroy();
    };
  }, [figure, line, dealerId]);
  const said = sayBucket(figure, line, pointed.value ?? line.times.length - 1);
  return (
    <figure class="trend-figure">
      <figcaption>
        <b title={figure.explanation}>{figure.title}</b>{' '}
        <span class="trend-better">{figure.better} is better</span>
        <span class="trend-said">{said}</span>
      </figcaption>
      <div ref={host} class="trend-plot" role="img" aria-label={`${figure.title}: ${said}`} />
    </figure>
  );
}

function setWidth(plot: uPlot, width: number): void {
  if (width > 0 && width !== plot.width) plot.setSize({ width, height: plot.height });
}

/** `22 Nov: 34.1 % of 48, median 27.9 %`. */
function sayBucket(figure: Figure, line: TrendLine, i: number): string {
  const time = line.times[i];
  if (time === undefined) return '';
  const own = figure.text(line.own[i] ?? null);
  const median = figure.text(line.median[i] ?? null);
  return `${shortDay(time * 1e6)}: ${own} of ${line.observations[i]}, median ${median}`;
}
