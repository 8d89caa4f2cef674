import { generateAsyncApi } from './generate-schemas-asyncapi.ts';
import { documentSchemas } from './generate-schemas-json.ts';

/**
 * Every generated file: its path from the root of the repository, and its content. Pure: the same
 * sources give the same bytes.
 */
export function generateAll(): Map<string, string> {
  const files = new Map<string, unknown>();
  for (const { file, schema } of documentSchemas()) files.set(file, schema);
  files.set('asyncapi.json', generateAsyncApi());
  return new Map(
    [...files].map(([file, content]) => [
      `schemas/generated/${file}`,
      `${JSON.stringify(content, null, 2)}\n`,
    ]),
  );
}
