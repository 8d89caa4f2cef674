import type { Plan } from '../../../schemas/selection.ts';

const KINDS: Readonly<Record<Plan['kind'], string>> = {
  parallel: 'All at once',
  staggered: 'One after the other, and all stay asked',
  sequential: 'One after the other until one deals',
};

/** How and when each dealer was to be asked. */
export function PlanCard({ plan }: { readonly plan: Plan }) {
  const { steps, kind } = plan;
  if (steps.length === 0) return null;
  return (
    <section class="card">
      <h2>Plan</h2>
      <p>{planInWords(plan)}</p>
      {kind !== 'parallel' && (
        <ol class="steps">
          {steps.map(({ dealerId, askAtSeconds, answerBySeconds }) => (
            <li key={dealerId}>
              {dealerId}: asked after {askAtSeconds} s, answers by {answerBySeconds} s
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

export function planInWords({ kind, delaySeconds, timeoutSeconds, isTwoSided }: Plan): string {
  const apart = kind === 'parallel' ? '' : `, ${delaySeconds} s apart`;
  const sides = isTwoSided ? 'bid and offer, so that nobody learns the side' : 'one side';
  return `${KINDS[kind]}${apart}; ${timeoutSeconds} s to answer; asked for ${sides}.`;
}
