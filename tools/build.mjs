// Bundles the sources into dist/, unless dist/ is already what they make.
import { buildOrExit } from './build-project.mjs';

await buildOrExit();
