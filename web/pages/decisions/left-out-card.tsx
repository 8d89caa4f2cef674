import { otherDealers } from '../../../schemas/other-dealers.ts';
import type { Selection } from '../../../schemas/selection.ts';
import { LeftOutGroups } from '../../components/left-out-groups.tsx';
import { count, fixed } from '../../format/number.ts';
import { Wide } from './wide.tsx';

/** Others that are shown: the next that would have been called. */
const OTHERS_SHOWN = 50;
/** A list no longer than this needs no click. */
const FILTERED_OPEN = 10;

/** Who was considered and not recommended, and who was not considered, and why. */
export function LeftOutCard({ selection }: { readonly selection: Selection }) {
  const { filtered } = selection;
  const others = otherDealers(selection);
  return (
    <section class="card">
      <h2>Left out</h2>
      <details>
        <summary>{count(others.length)} considered and not recommended</summary>
        <Wide label="Considered and not recommended">
          <table class="facts">
            <thead>
              <tr>
                <th scope="col">Dealer</th>
                <th scope="col" class="num">
                  Rank
                </th>
                <th scope="col" class="num">
                  Composite
                </th>
              </tr>
            </thead>
            <tbody>
              {others.slice(0, OTHERS_SHOWN).map(({ dealerId, rank, composite }) => (
                <tr key={dealerId}>
                  <td>{dealerId}</td>
                  <td class="num">{rank ?? 'too little evidence'}</td>
                  <td class="num">{fixed(composite, 3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
        {others.length > OTHERS_SHOWN && <p>And {count(others.length - OTHERS_SHOWN)} more.</p>}
      </details>
      {filtered.length === 0 ? (
        <p>No dealer was excluded.</p>
      ) : (
        <details open={filtered.length <= FILTERED_OPEN}>
          <summary>{count(filtered.length)} not considered</summary>
          <LeftOutGroups filtered={filtered} />
        </details>
      )}
    </section>
  );
}
