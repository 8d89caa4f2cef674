interface DividerProps {
  readonly top: number;
  readonly rowIndex: number;
  readonly span: number;
  readonly isTabStop: boolean;
}

/** Between the ranked dealers and the others. */
export function Divider({ top, rowIndex, span, isTabStop }: DividerProps) {
  return (
    <tr class="divider" aria-rowindex={rowIndex} style={{ top: `${top}px` }}>
      <td aria-colindex={1} colSpan={span} tabIndex={isTabStop ? 0 : -1}>
        Too little evidence to rank: mostly the estimate of wider scopes
      </td>
    </tr>
  );
}
