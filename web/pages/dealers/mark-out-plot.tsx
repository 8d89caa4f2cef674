import { signed } from '../../format/number.ts';
import { HEIGHT, type MarkOutPicture, WIDTH } from './mark-out.ts';

interface MarkOutPlotProps {
  readonly picture: MarkOutPicture;
  readonly dealerId: string;
}

/** The table beside it says the same. */
export function MarkOutPlot({ picture, dealerId }: MarkOutPlotProps) {
  const { own, band, median, marks, horizons, zeroY } = picture;
  const ends = endLabels(picture, dealerId);
  return (
    <svg class="mark-out" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polygon class="mark-out-band" points={pointsOf(band)} />
      <line class="mark-out-zero" x1={own[0]!.x} x2={horizons.at(-1)!.x} y1={zeroY} y2={zeroY} />
      {marks.map(({ bps, y }) => (
        <text key={bps} class="mark-out-value" x={own[0]!.x - 6} y={y + 4}>
          {signed(bps, 1)}
        </text>
      ))}
      {horizons.map(({ seconds, x }) => (
        <text key={seconds} class="mark-out-time" x={x} y={HEIGHT - 6}>
          {seconds / 60}
          {seconds === 1800 ? ' min' : ''}
        </text>
      ))}
      <polyline class="mark-out-median" points={pointsOf(median)} />
      <polyline class="mark-out-own" points={pointsOf(own)} />
      {own.map(({ x, y }) => (
        <circle key={x} class="mark-out-dot" cx={x} cy={y} r="3" />
      ))}
      {ends.map(({ text, x, y }) => (
        <text key={text} class="mark-out-name" x={x + 7} y={y + 4}>
          {text}
        </text>
      ))}
    </svg>
  );
}

/** Between two names. */
const LABEL_GAP = 13;
const LABEL_LENGTH = 10;

function endLabels({ own, median }: MarkOutPicture, dealerId: string) {
  const name =
    dealerId.length <= LABEL_LENGTH ? dealerId : `${dealerId.slice(0, LABEL_LENGTH - 1)}…`;
  const ends = [{ text: name, ...own.at(-1)! }];
  if (median.length > 1) ends.push({ text: 'median', ...median.at(-1)! });
  const [upper, lower] = ends.sort((a, b) => a.y - b.y);
  if (lower === undefined) return [upper!];
  return [upper!, { ...lower, y: Math.max(lower.y, upper!.y + LABEL_GAP) }];
}

function pointsOf(points: MarkOutPicture['own']): string {
  return points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
}
