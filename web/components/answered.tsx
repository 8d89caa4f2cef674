import type { ComponentChildren } from 'preact';
import { duration } from '../format/time.ts';
import { usePage } from '../state/page.ts';
import type { Asked } from '../state/use-asked.ts';

interface AnsweredProps<T> {
  readonly asked: Asked<T>;
  /** What is waited for: "the decisions". */
  readonly what: string;
  readonly children: (answer: T) => ComponentChildren;
}

/** What was asked for, or that it is on its way, or why it is not there; an old answer says its age. */
export function Answered<T>({ asked, what, children }: AnsweredProps<T>) {
  const { answer, failure } = asked;
  const given = answer.value;
  return (
    <>
      {failure.value !== null && (
        <p class="failure" role="alert">
          {given === null ? `There is no answer for ${what}` : `No news of ${what}`}:{' '}
          {failure.value.message}. {given !== null && <OldAnswer asked={asked} />}
        </p>
      )}
      {given === null && failure.value === null && (
        <p class="waiting" role="status">
          Waiting for {what}…
        </p>
      )}
      {given !== null && (
        <div class={failure.value === null ? '' : 'is-old'}>{children(given)}</div>
      )}
    </>
  );
}

function OldAnswer({ asked }: { readonly asked: Asked<unknown> }) {
  // Looks at the clock as often as the ages in the header do.
  void usePage().sampleCount.value;
  return <>What is shown is {duration(performance.now() - asked.atMs.value)} old.</>;
}
