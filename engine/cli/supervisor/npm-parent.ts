const POLL_MS = 1000;

/**
 * Calls back once npm, if that is what started this process, is gone. A killed npm tells its script
 * nothing, and the script would go on unseen; any other parent may leave us behind on purpose.
 */
export function onNpmGone(gone: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    gone();
  }, POLL_MS);
  timer.unref();
}
