import { useLayoutEffect, useRef } from 'preact/hooks';
import { flash } from './flash.ts';

interface NumberTextProps {
  readonly text: string;
  /** What the text says, to tell better from worse. */
  readonly value: number | null;
  /** Null: a change is neither. */
  readonly isHigherBetter: boolean | null;
  /** A change is no news here. */
  readonly isStill?: boolean;
}

/** A number that flashes when what is written changes; what the digits cannot show is no news. */
export function NumberText({ text, value, isHigherBetter, isStill = false }: NumberTextProps) {
  const element = useRef<HTMLSpanElement>(null);
  const last = useRef({ text, value });
  useLayoutEffect(() => {
    const before = last.current;
    last.current = { text, value };
    if (before.text === text || isStill || element.current === null) return;
    flash(element.current, flashColour(before.value, value, isHigherBetter));
  }, [text, value, isHigherBetter, isStill]);
  return (
    <span ref={element} class="number">
      {text}
    </span>
  );
}

/** The direction stands in the digits too: the colour is not alone with it. */
function flashColour(
  before: number | null,
  value: number | null,
  isHigherBetter: boolean | null,
): string {
  if (before === null || value === null || isHigherBetter === null) return 'var(--flash-changed)';
  return value > before === isHigherBetter ? 'var(--flash-better)' : 'var(--flash-worse)';
}
