import type { RuleTrace } from '../../schemas/selection.ts';

/** What became of each rule that has something to say; nothing where none has. */
export function RuleLines({ trace }: { readonly trace: RuleTrace }) {
  return (
    <ul class="rule-lines">
      {linesOf(trace).map(({ sign, name, says }) => (
        <li key={`${sign} ${name}`}>
          <strong>
            {sign} {name}
          </strong>{' '}
          {says}
        </li>
      ))}
    </ul>
  );
}

export const hasLines = ({ matched, nearly, undecided }: RuleTrace): boolean =>
  matched.length + nearly.length + undecided.length > 0;

function linesOf({ matched, nearly, undecided }: RuleTrace) {
  return [
    ...matched.map(({ name, sets }) => ({
      sign: '✓',
      name,
      says: `matches and sets ${sets.length === 0 ? 'nothing: others came first' : sets.join(', ')}`,
    })),
    ...nearly.map(({ name, missed }) => ({ sign: '≈', name, says: `nearly matches: ${missed}` })),
    ...undecided.map(({ name, why }) => ({ sign: '?', name, says: `cannot be told: ${why}` })),
  ];
}
