import { Console } from '../engine/cli/console.ts';
import { Stack } from '../engine/cli/stack.ts';
import { resolveConfig } from '../engine/platform/config.ts';
import { runProcess } from '../engine/platform/process.ts';

/** The stack as `firstcall dev` runs it, with small children instead of the product's. */
const config = resolveConfig();
const console = new Console('dev', config);

await runProcess(
  'dev',
  async (context) => {
    try {
      const stack = await Stack.start(config, {
        storeName: 'run',
        keep: process.argv.includes('--keep'),
        children: ['engine', 'history', 'sim'],
        console,
        entryOf: (name) => `${import.meta.dirname}/child-${name}.mjs`,
        signal: context.signal,
        onShutdown: (name, hook) => context.onShutdown(name, hook),
        failed: (why) => {
          console.warn(why);
          void context.stop(why, 1);
        },
      });
      console.show(`up ${stack.engineUrl} ${stack.natsUrl}`, {});
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`);
      await context.stop('failed', 1);
    }
  },
  { config, stopSeconds: 30 },
);
