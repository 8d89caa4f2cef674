interface Choice {
  readonly value: string;
  readonly text: string;
  readonly href: string;
}

interface ChoiceLinksProps {
  readonly title: string;
  readonly chosen: string;
  readonly choices: readonly Choice[];
}

/** A few alternatives, each with an address of its own. */
export function ChoiceLinks({ title, chosen, choices }: ChoiceLinksProps) {
  return (
    <nav class="choices" aria-label={title}>
      {choices.map(({ value, text, href }) => (
        <a
          key={value}
          href={href}
          {...(value === chosen ? { 'aria-current': 'true' as const } : {})}
        >
          {text}
        </a>
      ))}
    </nav>
  );
}
