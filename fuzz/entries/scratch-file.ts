import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file whose content is the input at hand. */
export interface ScratchFile {
  readonly folder: string;
  readonly path: string;
  write(input: Uint8Array): void;
  remove(): void;
}

export function scratchFile(name: string): ScratchFile {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-fuzz-'));
  const path = join(folder, name);
  return {
    folder,
    path,
    write: (input) => writeFileSync(path, input),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
