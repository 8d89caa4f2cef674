import { signal } from '@preact/signals';
import type { ChainReport } from '../../../schemas/chain-report.ts';
import type { FirstcallError } from '../../../schemas/errors.ts';
import { duration } from '../../format/time.ts';
import { ask } from '../../state/ask.ts';
import { usePage } from '../../state/page.ts';
import { copyInWords, faultsInWords, verdictInWords } from './chain-words.ts';

/** As long as the engine may take for it. */
const CHECK_MS_MAX = 600_000;

type Check =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly report: ChainReport; readonly atMs: number }
  | { readonly kind: 'failed'; readonly message: string };

/** Kept while other pages are looked at. */
const check = signal<Check>({ kind: 'none' });

async function verify(): Promise<void> {
  check.value = { kind: 'running' };
  try {
    const report = await ask<ChainReport>('audit/verify', { method: 'POST' }, CHECK_MS_MAX);
    check.value = { kind: 'done', report, atMs: performance.now() };
  } catch (error) {
    check.value = { kind: 'failed', message: (error as FirstcallError).message };
  }
}

/** A button that has the engine verify the record of decisions, and what came of it. */
export function ChainCheck() {
  const isRunning = check.value.kind === 'running';
  return (
    <div class="chain">
      <button
        type="button"
        class="button"
        disabled={isRunning}
        title="Compute every hash of the record of decisions again, and compare the copy in ClickHouse"
        onClick={() => void verify()}
      >
        Verify the chain
      </button>
      <div class="chain-says" role="status">
        <Outcome />
      </div>
    </div>
  );
}

function Outcome() {
  const outcome = check.value;
  switch (outcome.kind) {
    case 'none':
      return null;
    case 'running':
      return <>Every record is being hashed again…</>;
    case 'failed':
      return <span class="chain-bad">✕ Not verified: {outcome.message}</span>;
    case 'done':
      return <Report report={outcome.report} atMs={outcome.atMs} />;
  }
}

function Report({ report, atMs }: { readonly report: ChainReport; readonly atMs: number }) {
  const isWhole = report.faultCount === 0;
  return (
    <>
      <strong class={isWhole ? 'chain-good' : 'chain-bad'}>
        {isWhole ? '✓' : '▲'} {verdictInWords(report)}
      </strong>{' '}
      {copyInWords(report)} <Age atMs={atMs} />
      {!isWhole && (
        <ul class="chain-faults">
          {faultsInWords(report).map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
      <div class="faint">
        Head <code>{report.head}</code>
      </div>
    </>
  );
}

function Age({ atMs }: { readonly atMs: number }) {
  // Looks at the clock as often as the ages in the header do.
  void usePage().sampleCount.value;
  return <span aria-live="off">Verified {duration(performance.now() - atMs)} ago.</span>;
}
