import type { EngineStatus, PartitionStatus } from '../../../schemas/engine-status.ts';
import { count, NO_NUMBER } from '../../format/number.ts';
import { utcSeconds } from '../../format/utc-time.ts';

const TITLES = [
  'Read up to',
  'Messages behind',
  'Final up to, UTC',
  'Applied',
  'Late',
  'Refused',
  'Open RFQs',
  'Score rows',
] as const;

/** Each partition of the log, and how far it has been read. */
export function PartitionTable({ status }: { readonly status: EngineStatus }) {
  const { partitions, shared } = status;
  return (
    <section class="card" aria-labelledby="partitions-title">
      <h2 id="partitions-title">Partitions</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a mouse. */}
      <section class="wide" aria-label="Partitions of the log" tabIndex={0}>
        <table class="facts partitions">
          <thead>
            <tr>
              <th scope="col">Partition</th>
              <th scope="col">State</th>
              <th scope="col">Shard</th>
              {TITLES.map((title) => (
                <th key={title} scope="col" class="num">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {partitions.map((each) => (
              <PartitionRow key={each.partition} each={each} />
            ))}
          </tbody>
        </table>
      </section>
      <p class="faint">
        The log that all partitions share is read up to {count(shared.sequence)}
        {shared.logEnd !== null && ` of ${count(Math.max(shared.logEnd, shared.sequence))}`}.
      </p>
    </section>
  );
}

function PartitionRow({ each }: { readonly each: PartitionStatus }) {
  const { partition, shard, degraded, sequence, logEnd, watermark } = each;
  const behind = logEnd === null ? NO_NUMBER : count(Math.max(0, logEnd - sequence));
  const numbers = [each.eventsApplied, each.eventsLate, each.deadLetters, each.openRfqs, each.rows];
  return (
    <tr>
      <th scope="row">{partition}</th>
      <td class={degraded ? 'partition-degraded' : ''}>{degraded ? '▲ read anew' : '✓ live'}</td>
      <td>{shard}</td>
      <td class="num">{count(sequence)}</td>
      <td class="num">{behind}</td>
      <td class="num">{watermark === null ? NO_NUMBER : utcSeconds(watermark)}</td>
      {numbers.map((value, i) => (
        <td key={TITLES[i + 3]} class="num">
          {count(value)}
        </td>
      ))}
    </tr>
  );
}
