import { useSignal } from '@preact/signals';
import type { DeadLetterRecord } from '../../../schemas/decision-record.ts';
import { Answered } from '../../components/answered.tsx';
import { askHistory } from '../../state/ask.ts';
import { useAsked } from '../../state/use-asked.ts';
import { bytesOf, letterContent } from './letter-content.ts';
import { size } from './size.ts';

/** A message that is longer is shown from its beginning, in hexadecimal. */
const LOOK_BYTES_MAX = 196_608;

interface LetterRowProps {
  readonly letter: DeadLetterRecord;
  /** UTC. */
  readonly time: string;
}

/** One refused message: why, and from where; its bytes when it is opened. */
export function LetterRow({ letter, time }: LetterRowProps) {
  const isOpen = useSignal(false);
  const { sequence, reason, detail, byte_count } = letter;
  return (
    <li>
      <details
        onToggle={(event) => {
          isOpen.value = event.currentTarget.open;
        }}
      >
        <summary>
          <span class="letter-time">{time} UTC</span> <strong>{reason}</strong>{' '}
          <span class="letter-detail">{detail}</span>{' '}
          <span class="faint">
            {placeOf(letter)}, {size(byte_count)}
          </span>
        </summary>
        {isOpen.value && <LetterLook sequence={sequence} />}
      </details>
    </li>
  );
}

function placeOf({ source_partition, source_sequence, source_index }: DeadLetterRecord): string {
  if (source_partition === null) return 'from a feed';
  const partition = source_partition < 0 ? 'all' : source_partition;
  return `event ${source_index ?? 0} of message ${source_sequence} of partition ${partition}`;
}

function LetterLook({ sequence }: { readonly sequence: number }) {
  const question = { before: sequence + 1, limit: 1, bytesMax: LOOK_BYTES_MAX };
  const asked = useAsked(String(sequence), (signal) =>
    askHistory<DeadLetterRecord>('deadLetters', question, { signal }),
  );
  return (
    <Answered asked={asked} what={`letter ${sequence}`}>
      {([letter]) => (letter === undefined ? <p>It is gone.</p> : <Content letter={letter} />)}
    </Answered>
  );
}

function Content({ letter }: { readonly letter: DeadLetterRecord }) {
  const { sequence, source_subject, begin_base64 } = letter;
  const { form, text, more } = letterContent(bytesOf(begin_base64));
  return (
    <>
      <p class="faint">
        Letter {sequence}
        {source_subject !== '' && `, came on ${source_subject}`}. As {form}
        {more !== '' && `; ${more}`}. <code>firstcall deadletter requeue {sequence}</code> checks it
        again.
      </p>
      <pre class="source letter-content">{text}</pre>
    </>
  );
}
