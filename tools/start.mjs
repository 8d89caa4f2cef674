// `npm start`: builds if needed, then becomes `firstcall dev` with the arguments that it was given.
import { join } from 'node:path';
import { buildOrExit, ROOT } from './build-project.mjs';

await buildOrExit();
const cli = join(ROOT, 'dist', 'engine', 'cli', 'firstcall.js');
process.argv.splice(1, 1, cli, 'dev');
process.setSourceMapsEnabled(true);
await import(cli);
