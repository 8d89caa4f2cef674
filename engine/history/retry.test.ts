import { ClickHouseError } from '@clickhouse/client';
import { expect, test } from 'vitest';
import { FirstcallError } from '../../schemas/errors.ts';
import { retryForever } from './retry.ts';

function clickhouseError(type: string): ClickHouseError {
  return new ClickHouseError({ message: type, code: '1', type });
}

/** Fails so often, then succeeds; tells the waits. */
async function tryAfter(errors: readonly unknown[], signal = new AbortController().signal) {
  const waits: number[] = [];
  const attempt = async (failures: number) => {
    const error = errors[failures];
    if (error !== undefined) throw error;
    return failures;
  };
  const onFailure = (_: unknown, waitMs: number) => waits.push(waitMs);
  const failures = await retryForever(attempt, { signal, onFailure });
  return { failures, waits };
}

test('what may pass is tried again, after longer and longer waits', async () => {
  const away = new Error('connect ECONNREFUSED');
  const errors = [
    away,
    clickhouseError('TOO_MANY_PARTS'),
    clickhouseError('UNKNOWN_STATUS_OF_INSERT'),
  ];
  expect(await tryAfter(errors)).toEqual({ failures: 3, waits: [100, 200, 400] });
});

test.each([
  clickhouseError('SYNTAX_ERROR'),
  clickhouseError('CANNOT_PARSE_NUMBER'),
  new FirstcallError('historyTaken', 'somebody else'),
  new Error('Syntax error', { cause: new Error('Code: 62. Syntax error:\n(SYNTAX_ERROR)') }),
])('what will not pass is thrown: %s', async (error) => {
  await expect(tryAfter([error])).rejects.toBe(error);
});

test('a stop ends the waiting', async () => {
  const stop = new AbortController();
  const attempt = async () => {
    stop.abort();
    throw new Error('away');
  };
  const retried = retryForever(attempt, { signal: stop.signal, onFailure: () => {} });
  await expect(retried).rejects.toMatchObject({ code: 'stopped' });
});
