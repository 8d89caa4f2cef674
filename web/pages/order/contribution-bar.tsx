import type { SelectedDealer } from '../../../schemas/selection.ts';
import { fixed } from '../../format/number.ts';
import {
  type BarRange,
  describeParts,
  type Part,
  partsOf,
  segmentsOf,
  titleOf,
} from './contributions.ts';

/** Parts beyond as many share the last's look; each is named all the same. */
const LOOKS = 6;
const look = (keys: readonly string[], key: string): number =>
  Math.min(LOOKS - 1, keys.indexOf(key));

interface ContributionBarProps {
  readonly composite: number;
  readonly parts: readonly Part[];
  readonly keys: readonly string[];
  readonly range: BarRange;
}

/** What a composite is made of: a part is told by its pattern as well as by its colour. */
export function ContributionBar({ composite, parts, keys, range }: ContributionBarProps) {
  const says = describeParts(composite, parts);
  return (
    <svg class="call-bar" role="img" aria-label={says}>
      <title>{says}</title>
      {segmentsOf(parts, range).map(({ part, from, width }) => (
        <rect
          key={part.key}
          class="part-edge"
          x={`${from.toFixed(2)}%`}
          width={`${width.toFixed(2)}%`}
          height="100%"
          fill={`url(#order-part-${look(keys, part.key)})`}
        />
      ))}
    </svg>
  );
}

/** The looks of the parts, once a page: plain, strokes either way, dots, lines, a grid. */
export function BarPatterns() {
  const strokes = [null, 'M0 6L6 0', 'M0 0L6 6', 'M2 3h2', 'M0 3H6', 'M3 0V6M0 3H6'];
  return (
    <svg class="order-patterns" aria-hidden="true">
      <defs>
        {strokes.map((path, i) => (
          <pattern
            key={path}
            id={`order-part-${i}`}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
          >
            <rect class={`part-${i}`} width="6" height="6" />
            {path !== null && <path class="part-stroke" d={path} />}
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

export function BarLegend({ keys }: { readonly keys: readonly string[] }) {
  return (
    <ul class="order-legend" aria-label="Parts of the composite">
      {keys.map((key) => (
        <li key={key}>
          <svg aria-hidden="true">
            <rect width="100%" height="100%" fill={`url(#order-part-${look(keys, key)})`} />
          </svg>{' '}
          {titleOf(key)}
        </li>
      ))}
    </ul>
  );
}

interface PartsTableProps {
  readonly dealers: readonly SelectedDealer[];
  readonly keys: readonly string[];
}

/** The bars in numbers. */
export function PartsTable({ dealers, keys }: PartsTableProps) {
  return (
    <details class="order-details">
      <summary>The parts in numbers</summary>
      <section class="order-scroll" aria-label="The parts in numbers">
        <table class="facts">
          <thead>
            <tr>
              <th scope="col">Dealer</th>
              {keys.map((key) => (
                <th key={key} scope="col" class="num">
                  {titleOf(key)}
                </th>
              ))}
              <th scope="col" class="num">
                Composite
              </th>
            </tr>
          </thead>
          <tbody>
            {dealers.map((dealer) => (
              <PartsRow key={dealer.dealerId} dealer={dealer} keys={keys} />
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function PartsRow({ dealer, keys }: { dealer: SelectedDealer; keys: readonly string[] }) {
  const parts = new Map(partsOf(dealer).map((part) => [part.key, part]));
  return (
    <tr>
      <th scope="row">{dealer.dealerId}</th>
      {keys.map((key) => (
        <td key={key} class="num">
          {fixed(parts.get(key)?.contribution, 3)}
          <small class="order-part-says">{parts.get(key)?.says}</small>
        </td>
      ))}
      <td class="num">{fixed(dealer.composite, 3)}</td>
    </tr>
  );
}
