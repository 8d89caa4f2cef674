import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const WAIT_MS_MAX = 120_000;

/** Runs `task` while no other process holds the lock file. A holder that died holds nothing. */
export async function withLock(file, task) {
  await take(file);
  try {
    return await task();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file) {
  for (let waitedMs = 0; waitedMs < WAIT_MS_MAX; waitedMs += POLL_MS) {
    if (await create(file)) return;
    if (await isAbandoned(file)) await rm(file, { force: true });
    else await delay(POLL_MS);
  }
  throw new Error(`${file}: held for ${WAIT_MS_MAX / 1000} s; remove it if nothing is building`);
}

async function create(file) {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(file) {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  // Empty: its holder is between making and filling it.
  if (!Number.isInteger(pid) || pid === 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
