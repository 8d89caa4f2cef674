import type { ComponentChildren } from 'preact';
import type { Selection } from '../../../schemas/selection.ts';
import { count } from '../../format/number.ts';
import { scopeTitle } from '../../format/scope-label.ts';
import { utcMicros } from '../../format/utc-time.ts';
import type { RecordedDecision } from './load-decision.ts';

/** The order, and where in the log and by which model and rules it was decided. */
export function DecisionFacts({ recorded }: { readonly recorded: RecordedDecision }) {
  const { selection, sequence, tsRecorded, hash, timesRecorded } = recorded;
  const { order, modelHash, rulesHash, rankedScope, scopes } = selection;
  return (
    <section class="card">
      <h2>
        {order.side === 'buy' ? 'Buy' : 'Sell'} {count(order.quantity)} of {order.instrumentId}
      </h2>
      <Warnings selection={selection} />
      <dl class="pairs">
        <Pair name="Order">
          {order.orderId}
          {order.count !== undefined && `, ${order.count} dealers asked for`}
        </Pair>
        <Pair name="Scores as of">{utcMicros(selection.asOf)}</Pair>
        <Pair name="Recorded">
          {utcMicros(tsRecorded)}, as record {sequence}
          {timesRecorded > 1 && `; ${timesRecorded} times, since it was asked again`}
        </Pair>
        <Pair name="Hash of the record">
          <code>{hash}</code>
        </Pair>
        <Pair name="Log position">{positionInWords(selection)}</Pair>
        <Pair name="Model">
          <code>{modelHash}</code>
        </Pair>
        <Pair name="Rules">
          <code>{rulesHash}</code>
        </Pair>
        <Pair name="Ranked at">{scopeTitle(rankedScope)}</Pair>
        <Pair name="Scores shrink through">{scopes.map(scopeTitle).join(' → ')}</Pair>
        <Pair name="Dealer records">
          {selection.directory === 0 ? 'none' : `up to message ${selection.directory}`}
        </Pair>
      </dl>
    </section>
  );
}

function Pair({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Warnings({ selection }: { readonly selection: Selection }) {
  const { degradedPartitions: rebuilt, instrumentKnown, order, rankedScope } = selection;
  return (
    <>
      {!instrumentKnown && (
        <p class="trail-lag">
          ▲ {order.instrumentId} was not in the security master: dealers are ranked at{' '}
          {scopeTitle(rankedScope)}.
        </p>
      )}
      {rebuilt.length > 0 && (
        <p class="trail-lag">
          ▲ Partitions {rebuilt.join(', ')} were being rebuilt: scores lacked their latest events.
        </p>
      )}
    </>
  );
}

function positionInWords({ position }: Selection): string {
  const { partitions, all, tiers } = position;
  const each = partitions.map((sequence, partition) => `${partition}: ${sequence}`).join(', ');
  const judged = tiers === 0 ? 'no tiers yet' : `tiers of ${utcMicros(tiers).slice(0, 10)}`;
  return `partitions ${each}; shared ${all}; ${judged}`;
}
