import type { ComponentChildren } from 'preact';

interface TileProps {
  readonly title: string;
  /** The figure that matters most. */
  readonly value: ComponentChildren;
  readonly isAlarming?: boolean;
  /** Names and values below it. */
  readonly facts: readonly (readonly [name: string, text: string])[];
  /** A line of the last minutes. */
  readonly children?: ComponentChildren;
}

/** One thing and how it is. */
export function Tile({ title, value, isAlarming = false, facts, children }: TileProps) {
  return (
    <section class="card tile">
      <h2>{title}</h2>
      <p class={isAlarming ? 'tile-value tile-alarming' : 'tile-value'}>
        {isAlarming && <span title="See the alarms above">▲ </span>}
        {value}
      </p>
      {children}
      <dl>
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
