import { isMotionWelcome } from './motion.ts';

const FLASH_MS = 900;
/** When more than this changes at once, flashing all of it would point at nothing. */
const RUNNING_MAX = 48;

let running = 0;

/** Lights an element up for a moment. Does nothing where motion is unwelcome or too much is lit. */
export function flash(element: HTMLElement, colour: string): void {
  if (running >= RUNNING_MAX || !isMotionWelcome()) return;
  running++;
  const animation = element.animate(
    [{ backgroundColor: colour }, { backgroundColor: 'transparent' }],
    { duration: FLASH_MS, easing: 'ease-out' },
  );
  const end = () => {
    running--;
  };
  animation.onfinish = end;
  animation.oncancel = end;
}
