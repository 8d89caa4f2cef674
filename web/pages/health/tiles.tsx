import type { EngineStatus } from '../../../schemas/engine-status.ts';
import { count, fixed, NO_NUMBER } from '../../format/number.ts';
import { duration } from '../../format/time.ts';
import { utcSeconds } from '../../format/utc-time.ts';
import { shortTime, size } from './size.ts';
import { Tile } from './tile.tsx';
import type { Rates, Track } from './track.ts';
import { TrendLine } from './trend-line.tsx';

interface TilesProps {
  readonly status: EngineStatus;
  readonly rates: Rates;
  readonly track: Track;
}

/** The figures of the engine, grouped by what they are of. */
export function Tiles(props: TilesProps) {
  return (
    <div class="tiles">
      <LagTile {...props} />
      <EventsTile {...props} />
      <SelectionsTile {...props} />
      <HistoryTile {...props} />
      <SubscribersTile {...props} />
      <RulesTile {...props} />
      <BookTile {...props} />
      <ProcessTile {...props} />
    </div>
  );
}

function LagTile({ status, track }: TilesProps) {
  const { lagMs, ready, brokerAway, asOf } = status;
  return (
    <Tile
      title="Behind the log"
      value={lagInWords(lagMs)}
      isAlarming={!ready}
      facts={[
        ['Ready', ready ? 'yes' : 'no'],
        ['NATS', brokerAway ? 'away' : 'answers'],
        ['Final up to', asOf === null ? NO_NUMBER : `${utcSeconds(asOf)} UTC`],
      ]}
    >
      <TrendLine samples={track.samples('lagMs')} name="Lag" say={lagInWords} />
    </Tile>
  );
}

function EventsTile({ status, rates, track }: TilesProps) {
  const { eventsApplied, eventsLate, deadLetters, outcomes } = status;
  const others = Object.entries(outcomes).filter(([name]) => name !== 'late');
  return (
    <Tile
      title="Events"
      value={`${perSecond(rates.events)} a second`}
      facts={[
        ['Applied', count(eventsApplied)],
        ['Late', count(eventsLate)],
        ['Refused', count(deadLetters)],
        ...others.map(
          ([name, n]) => [name.charAt(0).toUpperCase() + name.slice(1), count(n)] as const,
        ),
      ]}
    >
      <TrendLine samples={track.samples('eventsPerSecond')} name="Events a second" say={count} />
    </Tile>
  );
}

function SelectionsTile({ status, rates, track }: TilesProps) {
  const { selections, decisionsWaiting, gateway } = status;
  const { p50Micros, p99Micros, p999Micros } = selections;
  return (
    <Tile
      title="Selections, inside the engine"
      value={`p99 ${shortTime(p99Micros)}`}
      facts={[
        ['p50', shortTime(p50Micros)],
        ['p99.9', shortTime(p999Micros)],
        [
          'Since its start',
          `${count(selections.count)}, now ${perSecond(rates.selections)} a second`,
        ],
        ['Refused', count(gateway.selectionsRefused)],
        ['Wait to be recorded', count(decisionsWaiting)],
      ]}
    >
      <TrendLine
        samples={track.samples('selectP99Micros')}
        name="p99 since the start"
        say={shortTime}
      />
    </Tile>
  );
}

function HistoryTile({ status: { history } }: TilesProps) {
  const { up, status } = history;
  const behind = status?.messagesBehind ?? null;
  const value = behind === null ? 'up' : `${count(behind)} messages behind`;
  return (
    <Tile
      title="History"
      value={up ? value : 'away'}
      isAlarming={!up || (status?.failingSeconds ?? 0) > 0}
      facts={
        status === null
          ? []
          : [
              ['Rows inserted', count(status.rowsTotal)],
              ['Failing for', duration(1000 * status.failingSeconds)],
              ['Attempts refused', count(status.failuresTotal)],
              ['Samples dropped', count(status.scoresDropped)],
              ...(status.trouble === '' ? [] : [['Trouble', status.trouble] as const]),
            ]
      }
    />
  );
}

function SubscribersTile({ status: { gateway }, rates }: TilesProps) {
  return (
    <Tile
      title="Subscribers"
      value={count(gateway.subscribers)}
      isAlarming={gateway.subscribersCut > 0}
      facts={[
        ['Topics', count(gateway.topics)],
        ['Frames', `${perSecond(rates.framesSent)} a second`],
        ['Sent', rates.bytesSent === null ? NO_NUMBER : `${size(rates.bytesSent)} a second`],
        ['Waits for the slowest', size(gateway.bufferedBytesMax)],
        ['Deltas skipped', count(gateway.deltasSkipped)],
        ['Cut', count(gateway.subscribersCut)],
      ]}
    />
  );
}

function RulesTile({ status: { rules, modelHash } }: TilesProps) {
  const { hash, by, reason, revision, tsLoaded, size: rulesCount, refused } = rules;
  return (
    <Tile
      title="Rules in force"
      value={<code>{hash.slice(0, 12)}</code>}
      isAlarming={refused > 0}
      facts={[
        ['Rules', count(rulesCount)],
        ['By', by === '' ? 'nobody: built in' : by],
        ...(reason === '' ? [] : [['Reason', reason] as const]),
        ['Loaded', tsLoaded === null ? 'never' : `${utcSeconds(tsLoaded)} UTC`],
        ['Revision', String(revision)],
        ['Refused', count(refused)],
        ['Model', modelHash.slice(0, 12)],
      ]}
    />
  );
}

function BookTile({ status }: TilesProps) {
  const { openRfqs, rows, refusedRows, dealers } = status;
  return (
    <Tile
      title="Book and scoreboard"
      value={`${count(openRfqs)} open RFQs`}
      isAlarming={refusedRows > 0 || dealers.refused > 0}
      facts={[
        ['Score rows', count(rows)],
        ['Without room', count(refusedRows)],
        ['Dealers on record', count(dealers.known)],
        ['Dealers refused', count(dealers.refused)],
      ]}
    />
  );
}

function ProcessTile({ status: { process, partitions }, rates }: TilesProps) {
  const shards = new Set(partitions.map(({ shard }) => shard)).size;
  return (
    <Tile
      title="Process"
      value={`up for ${duration(1000 * process.uptimeSeconds)}`}
      facts={[
        ['Processors busy', fixed(rates.processors, 2)],
        ['Memory', size(process.residentBytes)],
        ['Shards', `${shards} for ${partitions.length} partitions`],
      ]}
    />
  );
}

function lagInWords(ms: number | null): string {
  if (ms === null) return 'not known yet';
  return ms < 1_000 ? `${ms} ms` : duration(ms);
}

const perSecond = (rate: number | null): string =>
  rate === null ? NO_NUMBER : rate < 10 ? fixed(rate, 1) : count(rate);
