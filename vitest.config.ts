import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{schemas,engine,workers,feeds,client,web,bench,fuzz,reliability,test,docs}/**/*.{test,prop.test}.ts',
    ],
    // chDB inside a worker thread ends the process, so test files get processes of their own.
    pool: 'forks',
    // Most tests wait for servers; a second one uses the processor meanwhile.
    maxWorkers: 2,
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
