import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import fc from 'fast-check';
import { Compile } from 'typebox/schema';
import { describe, expect, test } from 'vitest';
import { generateAll } from '../tools/generate-schemas.ts';
import { eventFile } from '../tools/generate-schemas-json.ts';
import { EVENT_ARBITRARIES } from './event-arbitraries.ts';
import { EVENT_KINDS } from './events.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'schemas', 'generated');

const readSchema = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

test('what is on disk is what the sources generate (else: node tools/generate-schemas.mjs)', () => {
  const generated = generateAll();
  expect(
    readdirSync(folder)
      .map((name) => `schemas/generated/${name}`)
      .sort(),
  ).toEqual([...generated.keys()].sort());
  for (const [path, content] of generated) {
    expect(readFileSync(join(root, path), 'utf8'), path).toBe(content);
  }
});

test('every schema compiles and has an identity, a title and a description of its own', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.schema.json'));
  const schemas = files.map(readSchema);
  for (const schema of schemas) {
    expect(() => Compile(schema)).not.toThrow();
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.$id).toMatch(/^urn:firstcall:v1:[a-zA-Z:-]+$/);
    expect(schema.title).toBeTruthy();
    expect(schema.description).toBeTruthy();
  }
  expect(new Set(schemas.map((schema) => schema.$id)).size).toBe(files.length);
});

describe.each(EVENT_KINDS)('the JSON Schema of %s', (kind) => {
  const validator = Compile(readSchema(eventFile(kind)));
  const events = EVENT_ARBITRARIES[kind] as fc.Arbitrary<Record<string, unknown>>;

  test('takes every arbitrary event', () => {
    fc.assert(fc.property(events, (event) => validator.Check(event)));
  });

  test('refuses one that lacks a field, has another, or has one of a wrong type', () => {
    const required: string[] = readSchema(eventFile(kind)).required;
    fc.assert(
      fc.property(events, fc.constantFrom(...required), (event, field) => {
        const { [field]: _, ...lacking } = event;
        expect(validator.Check(lacking)).toBe(false);
        expect(validator.Check({ ...event, surprise: 1 })).toBe(false);
        expect(validator.Check({ ...event, [field]: { wrong: true } })).toBe(false);
      }),
    );
  });
});

test('the AsyncAPI document, references resolved, has nothing wrong with it', async () => {
  const source = join(folder, 'asyncapi.json');
  const parser = new Parser();
  const { document, diagnostics } = await parser.parse(readFileSync(source, 'utf8'), { source });
  const faults = diagnostics.filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
  expect(faults.map(({ message, path }) => `${path.join('.')}: ${message}`)).toEqual([]);
  expect(document?.version()).toBe('3.0.0');
  expect(document?.channels().length).toBe(EVENT_KINDS.length + 12);
  const quote = document?.channels().get('events_quote')?.messages().get('quote');
  expect(quote?.payload()?.oneOf()?.[0]?.properties()?.quoteKind?.anyOf()).toHaveLength(4);
});
