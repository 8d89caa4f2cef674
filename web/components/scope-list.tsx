import { scopeTitle } from '../format/scope-label.ts';
import { usePage } from '../state/page.ts';
import { hashOf } from '../state/topic-address.ts';

interface ScopeListProps {
  readonly title: string;
  readonly scopes: readonly string[];
  /** A button beside each. */
  readonly onRemove?: (scope: string) => void;
}

/** Scopes beside those of the tree: links under a title. */
export function ScopeList({ title, scopes, onRemove }: ScopeListProps) {
  const page = usePage();
  const { scope: shown, metric } = page.address.value;
  return (
    <section class="scope-list" aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {scopes.map((scope) => (
          <li key={scope}>
            <a
              class="scope"
              href={hashOf({ scope, metric })}
              title={scope}
              {...(scope === shown ? { 'aria-current': 'true' as const } : {})}
              onClick={() => {
                page.isDrawerOpen.value = false;
              }}
            >
              {scopeTitle(scope)}
            </a>
            {onRemove !== undefined && (
              <button
                type="button"
                class="pin-button"
                aria-label={`Unpin ${scopeTitle(scope)}`}
                title="Unpin"
                onClick={() => onRemove(scope)}
              >
                ★
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The pinned ones; nothing where there are none. */
export function PinnedScopes() {
  const { choices } = usePage();
  const scopes = choices.pins.value;
  if (scopes.length === 0) return null;
  return (
    <ScopeList title="Pinned" scopes={scopes} onRemove={(scope) => choices.togglePin(scope)} />
  );
}
