import { usePage } from '../state/page.ts';
import { type CellPlace, GridCell } from './grid-cell.tsx';

export function CompareCell({ dealerId, ...place }: { readonly dealerId: string } & CellPlace) {
  const { choices } = usePage();
  return (
    <GridCell {...place}>
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={`Compare ${dealerId}`}
        title="Compare with another (c)"
        checked={choices.compared.value.includes(dealerId)}
        onChange={() => choices.toggleCompared(dealerId)}
      />
    </GridCell>
  );
}
