import type { Alarm } from './alarms.ts';

interface AlarmListProps {
  readonly alarms: readonly Alarm[];
  /** The engine does not answer any more. */
  readonly isOld: boolean;
}

/** What is wrong, or that nothing is. */
export function AlarmList({ alarms, isOld }: AlarmListProps) {
  if (alarms.length === 0 && isOld) return null;
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
