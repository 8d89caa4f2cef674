import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, stop } from 'esbuild';

/** What runs as a process or a thread of its own; each becomes dist/<same path>.js. */
const NODE_ENTRIES = [
  'engine/cli/firstcall.ts',
  'engine/main.ts',
  'engine/history/main.ts',
  'workers/shard.ts',
  'workers/ranker.ts',
  'workers/rules-reader.ts',
  'feeds/sim/main.ts',
  'feeds/replay/main.ts',
  'engine/verify/main.ts',
  'engine/verify/explain-main.ts',
  'engine/verify/decision-main.ts',
  'engine/verify/rules-trial-main.ts',
  'engine/verify/chain-thread.ts',
  'bench/main.ts',
  'bench/profile/main.ts',
  'bench/page-frames/main.ts',
  'bench/support/gc-watch.ts',
  'bench/publish-to-score/bare-thread.ts',
  'reliability/sim-faults/main.ts',
  'fuzz/main.ts',
  'reliability/main.ts',
  'examples/oms.ts',
  'examples/publish.ts',
];
const CLIENT_ENTRY = 'client/src/index.ts';
const WEB_ENTRY = 'web/main.tsx';
const WEB_OUTPUT = 'dist/web';
/** Files of web/ that the browser gets as they are. */
const WEB_ASSET = /\.(html|css|svg|png|ico|woff2|webmanifest)$/;

const COMMON = {
  bundle: true,
  write: false,
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'silent',
};

/** Every file of a build as {path, contents}, nothing written. Throws if a source does not compile. */
export async function bundleAll(root) {
  try {
    const groups = await Promise.all([
      ...NODE_ENTRIES.map((entry) => bundle(nodeOptions(root, entry))),
      bundle(clientOptions(root)),
      bundle(webOptions(root)),
    ]);
    return [...groups.flat(), ...webAssets(root)];
  } finally {
    await stop();
  }
}

async function bundle(options) {
  return (await build({ ...COMMON, ...options })).outputFiles;
}

function nodeOptions(root, entry) {
  return {
    absWorkingDir: root,
    entryPoints: [`./${entry}`],
    outbase: '.',
    outdir: 'dist',
    platform: 'node',
    packages: 'external',
  };
}

/** An OMS installs the package that is left out, and nothing else. */
function clientOptions(root) {
  return {
    absWorkingDir: root,
    entryPoints: [CLIENT_ENTRY],
    outdir: 'client/dist',
    splitting: true,
    platform: 'node',
    external: ['ws'],
  };
}

function webOptions(root) {
  return {
    absWorkingDir: root,
    entryPoints: [WEB_ENTRY],
    outdir: WEB_OUTPUT,
    splitting: true,
    target: 'es2022',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
  };
}

function webAssets(root) {
  return readdirSync(join(root, 'web'))
    .filter((name) => WEB_ASSET.test(name))
    .map((name) => ({
      path: join(root, WEB_OUTPUT, name),
      contents: readFileSync(join(root, 'web', name)),
    }));
}
