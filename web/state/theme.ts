import { effect, type Signal, signal } from '@preact/signals';
import { remember, remembered } from './remember.ts';

/** `auto`: as the system has it. */
export type Theme = 'auto' | 'dark' | 'light';
export const THEMES: readonly Theme[] = ['auto', 'dark', 'light'];

const KEY = 'theme';

/** The chosen theme, kept in this browser and put on the document. */
export function followTheme(): Signal<Theme> {
  const kept = remembered(KEY);
  const theme = signal<Theme>(THEMES.find((each) => each === kept) ?? 'auto');
  effect(() => {
    if (theme.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    remember(KEY, theme.value);
  });
  return theme;
}
