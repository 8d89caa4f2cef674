import { usePage } from '../state/page.ts';
import { THEMES, type Theme } from '../state/theme.ts';

const SIGNS: Readonly<Record<Theme, string>> = { auto: '◐', dark: '☾', light: '☀' };
const WORDS: Readonly<Record<Theme, string>> = {
  auto: 'as the system has it',
  dark: 'dark',
  light: 'light',
};

/** Goes round the themes. */
export function ThemeButton() {
  const { theme } = usePage();
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
  const says = `Colours: ${WORDS[theme.value]}. Choose: ${WORDS[next]}.`;
  return (
    <button
      type="button"
      class="theme-button"
      title={says}
      aria-label={says}
      onClick={() => {
        theme.value = next;
      }}
    >
      {SIGNS[theme.value]}
    </button>
  );
}
