import { isMainThread } from 'node:worker_threads';
import { PauseMeter } from './pause-meter.ts';
import { PAUSE_QUESTION, type PauseAnswer } from './pause-question.ts';

// Loaded before a program (`--import`), and so in its threads too: only the main thread is watched.
if (isMainThread && process.send !== undefined) {
  const pauses = new PauseMeter();
  process.on('message', async (question) => {
    if (question !== PAUSE_QUESTION) return;
    const answer: PauseAnswer = { type: PAUSE_QUESTION, milliseconds: await pauses.longestMs() };
    process.send?.(answer);
  });
}
