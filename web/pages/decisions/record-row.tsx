import type { DecisionRecord } from '../../../schemas/decision-record.ts';
import { utcMicros, utcSeconds } from '../../format/utc-time.ts';
import { hashOfPage } from '../../state/route.ts';
import { contentInWords, KIND_WORDS, sizeInWords } from './record-words.ts';

/** One record of the audit trail; that of a decision leads to it. */
export function RecordRow({ record }: { readonly record: DecisionRecord }) {
  const { sequence, ts_log_us, kind, decision_id, order_id, instrument_id, made_by } = record;
  const size = sizeInWords(record);
  const time = <time title={utcMicros(ts_log_us)}>{utcSeconds(ts_log_us)}</time>;
  return (
    <tr class={`trail-${kind}`}>
      <td class="trail-time">
        {decision_id === '' ? (
          time
        ) : (
          <a class="text-link" href={hashOfPage('decisions', decision_id)}>
            {time}
          </a>
        )}
      </td>
      <td class="trail-kind">{KIND_WORDS[kind]}</td>
      <td class="trail-order">{order_id}</td>
      <td class="trail-instrument">
        {instrument_id}
        {size !== '' && <span class="faint"> {size}</span>}
      </td>
      <td class="trail-content">
        {contentInWords(record)}
        {record.reason !== '' && <div class="faint">“{record.reason}”</div>}
      </td>
      <td class="trail-by">{made_by === '' ? <span class="faint">engine</span> : made_by}</td>
      <td class="trail-record num">{sequence}</td>
    </tr>
  );
}
