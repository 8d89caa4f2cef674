import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { runProcess } from '../engine/platform/process.ts';

/**
 * A small real child: keeps a journal of what happens to it. FIXTURE_<NAME> says how it behaves:
 * `stubborn` does not stop, `finish` ends with 0, `refuse` ends before it is ready, `misconfigured`
 * ends with 2 once it is ready, `throw` and `reject` fail where nobody catches.
 */
const name = basename(process.argv[1]!, '.mjs').replace('child-', '');
const behaviour = process.env[`FIXTURE_${name.toUpperCase()}`] ?? 'steady';

function note(what: string): void {
  appendFileSync(process.env.FIXTURE_JOURNAL!, `${name} ${what} ${process.pid}\n`);
}

await runProcess(name, (context) => {
  note('start');
  context.onShutdown('note', () => note('stop'));
  if (behaviour === 'stubborn') context.onShutdown('never', () => new Promise(() => {}));
  if (behaviour === 'refuse') throw new Error('the fixture refuses');
  context.logger.info({ natsUrl: context.config.natsUrl }, `${name} is up`);
  process.stdout.write(`plain words of ${name}\n`);
  // Something that keeps the process alive, as a server's socket does.
  setInterval(() => {}, 1000);
  context.ready({ port: 4711 });
  if (behaviour === 'throw') setImmediate(() => explode());
  if (behaviour === 'reject') void Promise.reject(new Error('nobody waits for this'));
  if (behaviour === 'finish') void context.stop('finished');
  if (behaviour === 'misconfigured') setTimeout(() => process.exit(2), 50);
});

function explode(): never {
  throw new Error('nobody catches this');
}
