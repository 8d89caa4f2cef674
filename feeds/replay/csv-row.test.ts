import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitCsvRow } from './csv-row.ts';

const COMMA = { delimiter: ',', quote: '"' };

test('fields are split, quoted ones unquoted', () => {
  expect(splitCsvRow('a,,c', COMMA)).toEqual(['a', '', 'c']);
  expect(splitCsvRow('a,"b, ""c""",d', COMMA)).toEqual(['a', 'b, "c"', 'd']);
  expect(splitCsvRow('a;b,c', { delimiter: ';', quote: null })).toEqual(['a', 'b,c']);
});

test('an open quote is what is wrong with its own line', () => {
  expect(splitCsvRow('a,"b', COMMA)).toContain('Quote Not Closed');
  expect(splitCsvRow('a"b,"c', { delimiter: ',', quote: null })).toEqual(['a"b', '"c']);
});

test('any fields come back as they were', () => {
  const field = fc.string().filter((text) => !/[\r\n]/.test(text));
  fc.assert(
    fc.property(fc.array(field, { minLength: 2, maxLength: 6 }), (fields) => {
      const line = fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
      expect(splitCsvRow(line, COMMA)).toEqual(fields);
    }),
  );
});
