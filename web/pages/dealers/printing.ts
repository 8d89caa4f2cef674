import { signal } from '@preact/signals';

/** When the page began to be printed, epoch milliseconds; null: it is on the screen. */
export const printedAtMs = signal<number | null>(null);

let themeBefore: string | undefined;

// Paper is light, and what is drawn on canvases has to be drawn anew before the browser takes it:
// whoever draws does so in an effect on `printedAtMs`, which runs within this event.
addEventListener('beforeprint', () => {
  const { dataset } = document.documentElement;
  themeBefore = dataset.theme;
  dataset.theme = 'light';
  printedAtMs.value = Date.now();
});

addEventListener('afterprint', () => {
  const { dataset } = document.documentElement;
  if (themeBefore === undefined) delete dataset.theme;
  else dataset.theme = themeBefore;
  printedAtMs.value = null;
});
