import type { ComponentChildren } from 'preact';

interface WideProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What may be wider than the screen scrolls by itself, by keyboard too. */
export function Wide({ label, children }: WideProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a mouse.
    <section class="wide" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
