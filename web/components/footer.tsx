import { usePage } from '../state/page.ts';

/** What makes the numbers reproducible: the model and the rules that they were made by. */
export function Footer() {
  const status = usePage().link.status.value;
  if (status === null) return null;
  return (
    <footer class="footer">
      <Hash name="model" hash={status.modelHash} />
      <Hash name="rules" hash={status.rulesHash} />
      <span class="footer-hint">
        ± and bars: one standard error. ▴ better, ▾ worse than before. Italic: not observed in this
        scope, estimated from wider ones.
      </span>
    </footer>
  );
}

function Hash({ name, hash }: { readonly name: string; readonly hash: string }) {
  return (
    <span title={`${name} ${hash}`}>
      {name} <code>{hash.slice(0, 10)}</code>
    </span>
  );
}
