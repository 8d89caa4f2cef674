import { DECISION_RECORD_KINDS } from '../../../schemas/decision-record.ts';
import { hashOfPage } from '../../state/route.ts';
import { KIND_WORDS } from './record-words.ts';
import { isNarrowed, paramsOf, type Search, searchOf } from './search.ts';

/** What is looked for; it goes into the address, so that a search can be sent on. */
export function SearchForm({ search }: { readonly search: Search }) {
  const submit = (form: HTMLFormElement) => {
    const fields = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [name, String(value)]),
    );
    location.hash = hashOfPage('decisions', null, paramsOf(searchOf(fields)));
  };
  return (
    <search>
      <form
        class="trail-search"
        onSubmit={(event) => {
          event.preventDefault();
          submit(event.currentTarget);
        }}
      >
        <label class="trail-text">
          Order, instrument, dealer or decision
          <input
            class="field"
            type="search"
            name="text"
            maxLength={128}
            defaultValue={search.text}
          />
        </label>
        <label>
          What
          <select class="field" name="kind" onChange={(event) => submit(event.currentTarget.form!)}>
            <option value="" selected={search.kind === ''}>
              Everything
            </option>
            {DECISION_RECORD_KINDS.map((kind) => (
              <option key={kind} value={kind} selected={search.kind === kind}>
                {KIND_WORDS[kind]}
              </option>
            ))}
          </select>
        </label>
        <label>
          By whom
          <input class="field" name="by" maxLength={200} defaultValue={search.by} />
        </label>
        <label>
          From, UTC
          <input class="field" type="datetime-local" name="from" defaultValue={search.from} />
        </label>
        <label>
          Through, UTC
          <input class="field" type="datetime-local" name="through" defaultValue={search.through} />
        </label>
        <button type="submit" class="button button-main">
          Search
        </button>
        {isNarrowed(search) && (
          <a class="text-link" href={hashOfPage('decisions')}>
            Clear
          </a>
        )}
      </form>
    </search>
  );
}
