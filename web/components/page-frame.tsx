import type { ComponentChildren } from 'preact';

interface PageFrameProps {
  readonly title: string;
  /** Beside the title: what is shown, and buttons. */
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A page beside the leaderboard: its title, and what scrolls under it. */
export function PageFrame({ title, beside, children }: PageFrameProps) {
  return (
    <section class="page" aria-labelledby="page-title">
      <div class="page-head">
        <h1 id="page-title">{title}</h1>
        {beside}
      </div>
      <div class="page-body">{children}</div>
    </section>
  );
}
