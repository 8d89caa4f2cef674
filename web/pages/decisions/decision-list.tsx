import { useMemo } from 'preact/hooks';
import type { DecisionRecord } from '../../../schemas/decision-record.ts';
import type { EngineStatus } from '../../../schemas/engine-status.ts';
import { Answered } from '../../components/answered.tsx';
import type { PageProps } from '../../components/lazy-page.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { count } from '../../format/number.ts';
import { ask } from '../../state/ask.ts';
import { hashOfPage } from '../../state/route.ts';
import { useAsked } from '../../state/use-asked.ts';
import { ChainCheck } from './chain-check.tsx';
import { RecordRow } from './record-row.tsx';
import { isNarrowed, PAGE_ROWS, paramsOf, questionOf, type Search, searchOf } from './search.ts';
import { SearchForm } from './search-form.tsx';
import { TrailReader } from './trail-reader.ts';

/** The newest page is asked for again so often; older ones do not change. */
const NEWS_MS = 2_000;
const STATUS_MS = 5_000;

/** The audit trail, newest first, a page at a time. */
export function DecisionList({ params }: Pick<PageProps, 'params'>) {
  const search = searchOf(params);
  const key = JSON.stringify(questionOf(search));
  const reader = useMemo(() => new TrailReader(questionOf(search)), [key]);
  const isNewest = search.before === null;
  const asked = useAsked(key, (signal) => reader.read(signal), isNewest ? NEWS_MS : 0);
  return (
    <PageFrame title="Decisions" beside={<ChainCheck />}>
      <SearchForm key={JSON.stringify(paramsOf(search))} search={search} />
      <HistoryLag />
      <Answered asked={asked} what="the audit trail">
        {(records) => <Trail search={search} records={records} />}
      </Answered>
    </PageFrame>
  );
}

interface TrailProps {
  readonly search: Search;
  readonly records: readonly DecisionRecord[];
}

function Trail({ search, records }: TrailProps) {
  if (records.length === 0) return <EmptyTrail search={search} />;
  const shown = records.slice(0, PAGE_ROWS);
  const hasMore = records.length > PAGE_ROWS;
  return (
    <>
      <table class="facts trail">
        <thead>
          <tr>
            <th scope="col">Time, UTC</th>
            <th scope="col">What</th>
            <th scope="col">Order</th>
            <th scope="col">Instrument</th>
            <th scope="col">Who is called, or what changed</th>
            <th scope="col">By whom</th>
            <th scope="col" class="num">
              Record
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((record) => (
            <RecordRow key={record.sequence} record={record} />
          ))}
        </tbody>
      </table>
      <nav class="trail-pages" aria-label="Pages of the audit trail">
        {search.before !== null && (
          <a class="button" href={hrefOf(search, null)}>
            Newest
          </a>
        )}
        {hasMore ? (
          <a class="button" href={hrefOf(search, shown.at(-1)!.sequence)}>
            Older than record {shown.at(-1)!.sequence}
          </a>
        ) : (
          <span class="trail-end">No older records{isNarrowed(search) && ' that match'}.</span>
        )}
      </nav>
    </>
  );
}

function hrefOf(search: Search, before: number | null): string {
  return hashOfPage('decisions', null, paramsOf({ ...search, before }));
}

function EmptyTrail({ search }: { readonly search: Search }) {
  return isNarrowed(search) || search.before !== null ? (
    <Notice title="No record matches">
      <p>
        <a href={hashOfPage('decisions')}>Show all records</a>
      </p>
    </Notice>
  ) : (
    <Notice title="No decision has been made yet">
      <p>
        Selections appear here with their reasons as soon as the history has copied them.{' '}
        <a href={hashOfPage('order')}>Ask whom to call</a>
      </p>
    </Notice>
  );
}

/** A copy that is behind must not be taken for the whole. */
function HistoryLag() {
  const { answer } = useAsked(
    'status',
    (signal) => ask<EngineStatus>('status', { signal }),
    STATUS_MS,
  );
  const words = answer.value === null ? null : lagInWords(answer.value.history);
  return <div role="status">{words !== null && <p class="trail-lag">▲ {words}</p>}</div>;
}

function lagInWords({ up, status }: EngineStatus['history']): string | null {
  if (!up) {
    return 'No history process says how it is: the newest decisions may be missing here. The log has them.';
  }
  const behind = status?.messagesBehind ?? 0;
  if (behind < 1_000) return null;
  return `The history is ${count(behind)} messages behind the log: the newest decisions may be missing here.`;
}
