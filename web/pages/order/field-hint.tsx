import type { ComponentChildren } from 'preact';

interface FieldHintProps {
  readonly id: string;
  readonly problem: string | undefined;
  readonly children: ComponentChildren;
}

/** What stands under a field: a hint, or in its place what is wrong. */
export function FieldHint({ id, problem, children }: FieldHintProps) {
  return (
    <p id={id} class={`order-hint ${problem === undefined ? '' : 'order-problem'}`}>
      {problem === undefined ? children : `✕ ${problem}.`}
    </p>
  );
}
