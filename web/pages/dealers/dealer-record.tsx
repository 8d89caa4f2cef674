import type { ComponentChildren } from 'preact';
import type { DealerProfile } from '../../../schemas/record-edit.ts';
import type { DealerEvent } from '../../../schemas/reference.ts';
import { count } from '../../format/number.ts';
import { hindranceOf } from './dealer-rows.ts';
import { utcTime } from './utc.ts';

/** What the dealer database says, and when the dealer was last heard of. */
export function DealerRecord({ profile }: { readonly profile: DealerProfile }) {
  const { record } = profile;
  return (
    <section class="card">
      <h2>Record</h2>
      <dl class="record">
        <Fact name="May be asked">{hindranceOf(record) ?? 'yes'}</Fact>
        <Fact name="Last firm quote">{utcTime(profile.tsLastQuote)}</Fact>
        <Fact name="Last asked">{utcTime(profile.tsLastAsk)}</Fact>
        {record === null ? (
          <Fact name="Database">no record: scored, and may be asked, all the same</Fact>
        ) : (
          <RecordFacts record={record} />
        )}
      </dl>
    </section>
  );
}

function RecordFacts({ record }: { readonly record: DealerEvent }) {
  const { creditLimit: limit, desks = [], agreements = [], assetClasses = [] } = record;
  return (
    <>
      <Fact name="Legal entity">
        {[record.legalEntity, record.lei && `LEI ${record.lei}`].filter(Boolean).join(', ')}
      </Fact>
      <Fact name="Specialities">{assetClasses.join(', ')}</Fact>
      <Fact name="Largest order">
        {limit === undefined ? 'no limit' : `${count(limit.quantity)} ${limit.currency}`}
      </Fact>
      <Fact name="Agreements">{agreements.map(agreementText).join('; ')}</Fact>
      <Fact name="Desks">
        {desks.map(({ name, contacts = [] }) => [name, ...contacts].join(', ')).join('; ')}
      </Fact>
      <Fact name="FIX">{record.fixCompId}</Fact>
      <Fact name="Last change">
        {[record.changedBy, record.changeReason].filter(Boolean).join(': ')}
      </Fact>
    </>
  );
}

function agreementText({ name, validFrom, validUntil }: NonNullable<DealerEvent['agreements']>[0]) {
  const from = validFrom === undefined ? '' : ` from ${validFrom}`;
  const until = validUntil === undefined ? '' : ` until ${validUntil}`;
  return name + from + until;
}

/** What is not said takes no line. */
function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  if (children === undefined || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
