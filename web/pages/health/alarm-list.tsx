import type { Alarm } from './alarms.ts';

/** What is wrong, or that nothing is. */
export function AlarmList({ alarms }: { readonly alarms: readonly Alarm[] }) {
  return (
    <section class="alarms" aria-label="Alarms">
      {alarms.length === 0 ? (
        <p class="alarms-none">✓ Nothing is wrong that the engine knows of.</p>
      ) : (
        <ul>
          {alarms.map(({ what, advice }) => (
            <li key={advice}>
              <strong>▲ {what}</strong> {advice}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
