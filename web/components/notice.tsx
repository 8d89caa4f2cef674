import type { ComponentChildren } from 'preact';

interface NoticeProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** What stands in the middle where there is nothing else to show. */
export function Notice({ title, children }: NoticeProps) {
  return (
    <div class="notice">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
