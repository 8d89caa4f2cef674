import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../engine/platform/project-root.ts';
import { mebibytes } from './judge.ts';
import type { EntryReport } from './run-entry.ts';

const SHOWN_BYTES = 60;

/** An entry's report as lines of text. */
export function reportLines(report: EntryReport): string[] {
  const { name, cases, taken, refused, longestHold, failure } = report;
  const reasons = [...refused]
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');
  const lines = [
    `${name.padEnd(16)} ${cases} inputs: ${taken} taken; refused: ${reasons || 'none'}`,
    `${''.padEnd(16)} longest hold ${longestHold.ms.toFixed(1)} ms: ${preview(longestHold.input)}`,
    `${''.padEnd(16)} longest time ${report.longestMs.toFixed(1)} ms, largest growth ${mebibytes(report.largestGrowthBytes)} MiB`,
  ];
  if (failure === null) return lines;
  const file = keepInput(name, failure.input);
  return [
    ...lines,
    `${''.padEnd(16)} FAILED: ${failure.what}`,
    `${''.padEnd(16)} input: ${preview(failure.input)} (${file})`,
    `${''.padEnd(16)} again: ${failure.command}`,
  ];
}

/** The beginning of an input, as one line. */
function preview(input: Uint8Array): string {
  const head = JSON.stringify(Buffer.from(input.subarray(0, SHOWN_BYTES)).toString('latin1'));
  const rest = input.length - SHOWN_BYTES;
  return rest > 0 ? `${head} and ${rest} bytes more` : head;
}

function keepInput(name: string, input: Uint8Array): string {
  const folder = join(projectRoot(), '.firstcall', 'fuzz');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.bin`);
  writeFileSync(file, input);
  return file;
}
