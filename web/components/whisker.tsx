import { usePage } from '../state/page.ts';

interface WhiskerProps {
  readonly value: number;
  readonly error: number | null;
}

/**
 * The composite and its standard error on the scale that all rows share: dealers whose whiskers
 * overlap are hardly told apart by the evidence.
 */
export function Whisker({ value, error }: WhiskerProps) {
  const [low, high] = usePage().board.range.value;
  const place = (x: number): string => {
    const share = Math.min(1, Math.max(0, (x - low) / (high - low)));
    return `${(2 + 96 * share).toFixed(2)}%`;
  };
  return (
    <svg class="whisker" aria-hidden="true">
      <line class="whisker-scale" x1="2%" x2="98%" y1="50%" y2="50%" />
      {error !== null && (
        <line
          class="whisker-error"
          x1={place(value - error)}
          x2={place(value + error)}
          y1="50%"
          y2="50%"
        />
      )}
      <circle class="whisker-value" cx={place(value)} cy="50%" r="2.5" />
    </svg>
  );
}
