import type { RuleTrace } from '../../../schemas/selection.ts';
import { Answered } from '../../components/answered.tsx';
import { hasLines, RuleLines } from '../../components/rule-lines.tsx';
import { utcSeconds } from '../../format/utc-time.ts';
import { askHistory } from '../../state/ask.ts';
import { useAsked } from '../../state/use-asked.ts';
import { Wide } from './wide.tsx';

interface RulesCardProps {
  readonly trace: RuleTrace;
  readonly hash: string;
  /** Sequence of the decision in the audit log. */
  readonly near: number;
}

/** Rules as they were recorded (query `rulesOfHash`). */
interface RulesRow {
  readonly sequence: number;
  readonly ts_log_us: number;
  /** As they were loaded; '': the built-in ones. */
  readonly text: string;
  readonly canonical: string;
  readonly made_by: string;
  readonly reason: string;
  readonly revision: number;
}

/** What became of each rule, and the text of all of them as it stood then. */
export function RulesCard({ trace, hash, near }: RulesCardProps) {
  const asked = useAsked(`${hash} ${near}`, (signal) =>
    askHistory<RulesRow>('rulesOfHash', { hash, near }, { signal }),
  );
  return (
    <section class="card">
      <h2>Rules</h2>
      {hasLines(trace) ? <RuleLines trace={trace} /> : <p>No rule applied.</p>}
      <details>
        <summary>The rules as they stood</summary>
        <Answered asked={asked} what="the rules">
          {([row]) =>
            row === undefined ? (
              <p>The history has no rules {hash} yet.</p>
            ) : (
              <RulesText row={row} />
            )
          }
        </Answered>
      </details>
    </section>
  );
}

function RulesText({ row }: { readonly row: RulesRow }) {
  const { ts_log_us, sequence, text, canonical, made_by, reason, revision } = row;
  const by = made_by === '' ? 'the engine' : made_by;
  return (
    <>
      <p class="faint">
        Recorded {utcSeconds(ts_log_us)} UTC as record {sequence}, revision {revision}, by {by}
        {reason !== '' && `: “${reason}”`}.{' '}
        {text === '' && 'Built-in rules, in their canonical form.'}
      </p>
      <Wide label="Text of the rules">
        <pre class="source">{text === '' ? indented(canonical) : text}</pre>
      </Wide>
    </>
  );
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
