import type { Appetite, SelectedDealer, Selection } from '../../../schemas/selection.ts';
import { fixed, plusMinus } from '../../format/number.ts';
import { hashOfPage } from '../../state/route.ts';
import { MetricTable } from './metric-table.tsx';

/** Whom the engine recommended, in the order of calling, and why. */
export function CalledCard({ selection }: { readonly selection: Selection }) {
  const { dealers, maxDealers, exploration } = selection;
  return (
    <section class="card" aria-labelledby="called-title">
      <h2 id="called-title">Recommended, first to call first</h2>
      {dealers.length === 0 && <p>No dealer was recommended.</p>}
      <ol class="called-list">
        {dealers.map((dealer) => (
          <Called key={dealer.dealerId} dealer={dealer} />
        ))}
      </ol>
      {maxDealers !== null && (
        <p class="faint">
          At most {maxDealers.value} may be called, says{' '}
          {maxDealers.rule === null ? 'the order' : `rule “${maxDealers.rule}”`}.
        </p>
      )}
      {exploration !== null && (
        <p class="faint">
          {fixed(100 * exploration.share, 1)}% of orders explore;{' '}
          {exploration.isDrawn
            ? `this one did, and drew ${exploration.dealerId ?? 'nobody, since nobody was left'}.`
            : 'this one did not.'}
        </p>
      )}
    </section>
  );
}

function Called({ dealer }: { readonly dealer: SelectedDealer }) {
  const { callOrder, dealerId, reason, rank, displayScore, composite } = dealer;
  return (
    <li class="called-dealer">
      <div class="called-head">
        <span class="called-place">{callOrder}</span>
        <a class="text-link called-name" href={hashOfPage('dealers', dealerId)}>
          {dealerId}
        </a>
        <span>score {fixed(displayScore, 2)}</span>
        <span class="faint">
          composite {fixed(composite, 3)} {plusMinus(dealer.compositeStandardError, 3)}
        </span>
        <span class="faint">{rank === null ? 'too little evidence' : `rank ${rank}`}</span>
        <span class="faint">{factsOf(dealer).join(' · ')}</span>
      </div>
      <p>{reason}</p>
      <details>
        <summary>What the composite is made of</summary>
        <MetricTable dealer={dealer} />
      </details>
    </li>
  );
}

const APPETITES: Readonly<Record<Appetite['state'], string>> = {
  comingIn: 'coming in',
  backingOff: 'backing off',
  steady: 'steady',
  unknown: '',
};

function factsOf({ tier, appetite, axe, chance }: SelectedDealer): string[] {
  return [
    tier === null ? '' : `tier ${tier}`,
    APPETITES[appetite.state],
    axe === null ? '' : `axe for ${fixed(axe.quantity, 0)}`,
    chance === 1 ? '' : `chance of the list ${fixed(100 * chance, 1)}%`,
  ].filter((fact) => fact !== '');
}
