import { Answered } from '../../components/answered.tsx';
import { fixed, signed } from '../../format/number.ts';
import { scopeTitle } from '../../format/scope-label.ts';
import { askHistory } from '../../state/ask.ts';
import { useAsked } from '../../state/use-asked.ts';
import { changeSentence, type ScoreChange, type ScoreSample, scoreChange } from './score-change.ts';
import { utcTime } from './utc.ts';

interface ChangeCardProps {
  readonly dealerId: string;
  readonly scope: string;
}

const HISTORY_MS = 60_000;
const WEEK_DAYS = 7;
const DAY_US = 86_400e6;
/** A full bar stands for this much of a composite at least: less would draw noise as if it were a move. */
const FULL_BAR_MIN = 0.01;

/** What moved the score this week, part by part. */
export function ChangeCard({ dealerId, scope }: ChangeCardProps) {
  const samples = useAsked(
    `${dealerId} ${scope}`,
    (signal) =>
      askHistory<ScoreSample>(
        'scoreChange',
        { dealerId, topic: scope, days: WEEK_DAYS },
        { signal },
      ),
    HISTORY_MS,
  );
  return (
    <section class="card">
      <h2>What moved the score this week, {scopeTitle(scope)}</h2>
      <Answered asked={samples} what="the kept scores">
        {(rows) => <Change change={scoreChange(rows)} newest={rows.at(-1)} />}
      </Answered>
    </section>
  );
}

interface ChangeProps {
  readonly change: ScoreChange | null;
  readonly newest: ScoreSample | undefined;
}

function Change({ change, newest }: ChangeProps) {
  if (change === null) {
    return (
      <p class="card-note">
        {newest === undefined
          ? 'No score of the dealer is kept yet: one is every minute.'
          : `One score is kept, of ${utcTime(newest.as_of_us)}: a change needs two.`}
      </p>
    );
  }
  const { from, to, parts } = change;
  const days = (to.as_of_us - from.as_of_us) / DAY_US;
  const scale = Math.max(FULL_BAR_MIN, ...parts.map((part) => Math.abs(part.change)));
  return (
    <>
      <p class="change-sentence">{changeSentence(change)}</p>
      <table class="facts change-bars">
        <caption>
          From {utcTime(from.as_of_us)} to {utcTime(to.as_of_us)}.
          {days < WEEK_DAYS - 1 && ' Of this week no older score by this model is kept.'}
        </caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col" class="num">
              Before
            </th>
            <th scope="col" class="num">
              Now
            </th>
            <th scope="col" class="num">
              Change
            </th>
            <td class="bar-column" />
          </tr>
        </thead>
        <tbody>
          {parts.map(({ metric, title, before, after, change: moved }) => (
            <tr key={metric}>
              <th scope="row">{title}</th>
              <td class="num">{fixed(before, 3)}</td>
              <td class="num">{fixed(after, 3)}</td>
              <td class="num">{signed(moved, 3)}</td>
              <td class="bar-column" aria-hidden="true">
                <ChangeBar share={moved / scale} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** To the right of the middle what raised the score, to the left what lowered it; `share` -1 to 1. */
function ChangeBar({ share }: { readonly share: number }) {
  const width = `${(50 * Math.abs(share)).toFixed(2)}%`;
  const left = share < 0 ? `${(50 + 50 * share).toFixed(2)}%` : '50%';
  return (
    <span class="bar bar-signed">
      <span class={share < 0 ? 'bar-own bar-fell' : 'bar-own'} style={{ left, width }} />
    </span>
  );
}
