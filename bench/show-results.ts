import { existsSync } from 'node:fs';
import { renderPage } from './page/page.ts';
import { renderPicture } from './page/picture.ts';
import { type Comparison, compareRuns, notComparable } from './support/compare-runs.ts';
import { comparisonLines } from './support/print-comparison.ts';
import { targetLines } from './support/print-targets.ts';
import { latestFile, previousFile, readResults, writeWhole } from './support/results-file.ts';
import type { Results } from './support/results-schema.ts';

export interface Showing {
  /** Where the figures are. */
  readonly file: string;
  /** A run to compare with; null: the one before, if this is the latest. */
  readonly before: Results | null;
  readonly pictureFile: string | null;
  readonly say: (line: string) => void;
}

/** Prints the targets and what changed, and writes the page and the picture. Returns whether all checks passed. */
export async function showResults(results: Results, showing: Showing): Promise<boolean> {
  const { file, pictureFile, say } = showing;
  const compared = await compare(results, showing);
  const lines = typeof compared === 'string' ? ['', `== ${compared}`] : comparisonLines(compared);
  for (const line of [...targetLines(results.targets, results.effort.quick), ...lines]) say(line);
  await writeWhole(pageFile(file), renderPage(results, compared));
  if (pictureFile !== null) await writeWhole(pictureFile, renderPicture(results));
  const failed = results.benches.flatMap(({ checks }) => checks).filter(({ passed }) => !passed);
  const verdict = failed.length === 0 ? 'all checks passed' : `${failed.length} checks FAILED`;
  const written = [file, pageFile(file), pictureFile].filter((name) => name !== null);
  say(`\n${verdict}; ${written.join(', ')}`);
  return failed.length === 0;
}

/** What changed, or why nothing was compared. */
async function compare(results: Results, showing: Showing): Promise<Comparison | string> {
  const before = showing.before ?? (await runBefore(showing.file));
  if (typeof before === 'string') return `not compared: ${before}`;
  const why = notComparable(before, results);
  if (why !== null) return `not compared with the run of ${before.startedAt}: ${why}`;
  return compareRuns(before, results);
}

async function runBefore(file: string): Promise<Results | string> {
  const previous = previousFile();
  if (file !== latestFile() || !existsSync(previous)) return 'there is no run before this one';
  return readResults(previous).catch((error: Error) => error.message);
}

/** Beside the figures. */
function pageFile(file: string): string {
  if (file === latestFile()) return file.replace(/latest\.json$/, 'index.html');
  return `${file.replace(/\.json$/, '')}.html`;
}
