import { useComputed } from '@preact/signals';
import { scopeTitle } from '../../format/scope-label.ts';
import { usePage } from '../../state/page.ts';
import type { Asked } from '../../state/use-asked.ts';
import { printedAtMs } from './printing.ts';
import type { TrendRow } from './trend.ts';
import { utcDay, utcTime } from './utc.ts';

const DAY_US = 86_400e6;

interface PrintHeadProps {
  readonly scope: string;
  readonly days: number;
  readonly trend: Asked<readonly TrendRow[]>;
}

/** What a sheet of paper has to say of itself; only there. */
export function PrintHead({ scope, days, trend }: PrintHeadProps) {
  const { link } = usePage();
  // A signal as a text is written at once, also within the event that comes before printing.
  const printed = useComputed(() =>
    printedAtMs.value === null ? '' : utcTime(printedAtMs.value * 1000),
  );
  const throughUs = trend.answer.value?.[0]?.through_us;
  return (
    <dl class="print-head">
      <dt>Scorecard</dt>
      <dd>{scopeTitle(scope)}</dd>
      <dt>Period</dt>
      <dd>
        {throughUs === undefined
          ? `${days} days`
          : `${utcDay(throughUs - days * DAY_US)} to ${utcDay(throughUs)}, UTC`}
      </dd>
      <dt>Model</dt>
      <dd>{link.status.value?.modelHash ?? '–'}</dd>
      <dt>Printed</dt>
      <dd>{printed}</dd>
    </dl>
  );
}
