import { count, fixed } from '../../format/number.ts';
import { sharesOf } from './trend.ts';

interface ShareBarsProps {
  /** Of what the counts are. */
  readonly caption: string;
  readonly titles: readonly string[];
  readonly own: readonly number[];
  /** Of all dealers together, this one included. */
  readonly all: readonly number[];
}

/** How counts are spread: a bar for the dealer, a mark for all dealers, and both in numbers. */
export function ShareBars({ caption, titles, own, all }: ShareBarsProps) {
  const shares = sharesOf(own);
  const fieldShares = sharesOf(all);
  const scale = Math.max(0.01, ...shares, ...fieldShares);
  const widthOf = (share = 0) => `${((100 * share) / scale).toFixed(2)}%`;
  return (
    <table class="facts share-bars">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">What</span>
          </th>
          <th scope="col" class="num">
            Count
          </th>
          <th scope="col" class="num">
            Dealer
          </th>
          <td class="bar-column">
            <span class="bar-key">bar: dealer</span> <span class="bar-key">line: all dealers</span>
          </td>
          <th scope="col" class="num">
            All
          </th>
        </tr>
      </thead>
      <tbody>
        {titles.map((title, i) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            <td class="num">{count(own[i] ?? 0)}</td>
            <td class="num">{fixed(100 * (shares[i] ?? 0), 1)} %</td>
            <td class="bar-column" aria-hidden="true">
              <span class="bar">
                <span class="bar-own" style={{ width: widthOf(shares[i]) }} />
                <span class="bar-field" style={{ left: widthOf(fieldShares[i]) }} />
              </span>
            </td>
            <td class="num">{fixed(100 * (fieldShares[i] ?? 0), 1)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
