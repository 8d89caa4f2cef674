import { useSignal } from '@preact/signals';
import type { DeadLetterRecord } from '../../../schemas/decision-record.ts';
import { Answered } from '../../components/answered.tsx';
import { count } from '../../format/number.ts';
import { utcSeconds } from '../../format/utc-time.ts';
import { askHistory } from '../../state/ask.ts';
import { useAsked } from '../../state/use-asked.ts';
import { LetterRow } from './letter-row.tsx';

interface ReasonCount {
  readonly reason: string;
  readonly letters: number;
  readonly newest_ts_log_us: number;
  readonly newest_detail: string;
}

const PAGE_ROWS = 20;
const NEWS_MS = 5_000;

/** What was refused, by reason, and the messages themselves. */
export function DeadLetters() {
  const reason = useSignal('');
  const counts = useAsked(
    'counts',
    (signal) => askHistory<ReasonCount>('deadLetterCounts', {}, { signal }),
    NEWS_MS,
  );
  return (
    <section class="card letters" aria-labelledby="letters-title">
      <h2 id="letters-title">Dead letters</h2>
      <Answered asked={counts} what="the dead letters">
        {(reasons) =>
          reasons.length === 0 ? (
            <p>✓ Nothing was refused.</p>
          ) : (
            <Reasons
              reasons={reasons}
              chosen={reason.value}
              onChoose={(chosen) => {
                reason.value = chosen;
              }}
            />
          )
        }
      </Answered>
      {(counts.answer.value?.length ?? 0) > 0 && (
        <LetterList key={reason.value} reason={reason.value} />
      )}
    </section>
  );
}

interface ReasonsProps {
  readonly reasons: readonly ReasonCount[];
  readonly chosen: string;
  onChoose(reason: string): void;
}

function Reasons({ reasons, chosen, onChoose }: ReasonsProps) {
  return (
    <div class="reasons">
      {[{ reason: '', letters: sum(reasons) }, ...reasons].map(({ reason, letters }) => (
        <button
          key={reason}
          type="button"
          class="button"
          aria-pressed={reason === chosen}
          onClick={() => onChoose(reason)}
        >
          {reason === '' ? 'all' : reason} {count(letters)}
        </button>
      ))}
    </div>
  );
}

const sum = (reasons: readonly ReasonCount[]): number =>
  reasons.reduce((total, { letters }) => total + letters, 0);

function LetterList({ reason }: { readonly reason: string }) {
  const before = useSignal<number | null>(null);
  const question = {
    ...(reason === '' ? {} : { reason }),
    ...(before.value === null ? {} : { before: before.value }),
    limit: PAGE_ROWS,
  };
  const asked = useAsked(
    JSON.stringify(question),
    (signal) => askHistory<DeadLetterRecord>('deadLetters', question, { signal }),
    before.value === null ? NEWS_MS : 0,
  );
  return (
    <Answered asked={asked} what="the letters">
      {(letters) => (
        <>
          <ul class="letter-list">
            {letters.map((letter) => (
              <LetterRow
                key={letter.sequence}
                letter={letter}
                time={utcSeconds(letter.ts_log_us)}
              />
            ))}
          </ul>
          <div class="reasons">
            {before.value !== null && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  before.value = null;
                }}
              >
                Newest
              </button>
            )}
            {letters.length === PAGE_ROWS && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  before.value = letters.at(-1)!.sequence;
                }}
              >
                Older
              </button>
            )}
          </div>
        </>
      )}
    </Answered>
  );
}
