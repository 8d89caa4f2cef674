import { expect, test } from 'vitest';
import { compileTimeFormat } from './time-format.ts';

const read = (format: string, text: string, zone = 'UTC') => {
  const micros = compileTimeFormat(format, zone)(text);
  return micros === null ? null : new Date(micros / 1000).toISOString();
};

test('a time is read by its format, its last unit with a fraction', () => {
  expect(read('YYYYMMDDHHmm', '199706011928.0')).toBe('1997-06-01T19:28:00.000Z');
  expect(read('YYYYMMDDHHmm', '199706011928.5')).toBe('1997-06-01T19:28:30.000Z');
  expect(read('YYYYMMDDHHmm', '199706011928')).toBe('1997-06-01T19:28:00.000Z');
  expect(read('DD.MM.YYYY HH:mm:ss', '02.03.2024 04:05:06,25')).toBe('2024-03-02T04:05:06.250Z');
  expect(read('YYYY-MM-DD', '2024-03-02')).toBe('2024-03-02T00:00:00.000Z');
  expect(compileTimeFormat('YYYYMMDDHHmmss', 'UTC')('20240302040506.123456')).toBe(
    Date.UTC(2024, 2, 2, 4, 5, 6) * 1000 + 123_456,
  );
});

test('what is no time is null', () => {
  for (const text of ['', '19970601192', '199713011928', '199702301928', '199706012428', 'x']) {
    expect(read('YYYYMMDDHHmm', text)).toBeNull();
  }
  expect(read('YYYY-MM-DDTHH:mm', '2024-03-02T04:60')).toBeNull();
  expect(read('YYYY.MM.DD', '2024x03x02')).toBeNull();
});

test('zones are offsets or names, and an offset in the text holds', () => {
  expect(read('YYYY-MM-DD HH:mm', '2024-03-02 04:05', '+07:00')).toBe('2024-03-01T21:05:00.000Z');
  expect(read('YYYY-MM-DD HH:mm', '2024-03-02 04:05', 'Asia/Bangkok')).toBe(
    '2024-03-01T21:05:00.000Z',
  );
  expect(read('iso', '2024-03-02T04:05:06.5-05:00', '+07:00')).toBe('2024-03-02T09:05:06.500Z');
  expect(read('iso', '2024-03-02T04:05:06Z')).toBe('2024-03-02T04:05:06.000Z');
});

test('daylight saving is followed over both changes', () => {
  const newYork = (text: string) => read('YYYY-MM-DD HH:mm', text, 'America/New_York');
  expect(newYork('2024-03-10 01:59')).toBe('2024-03-10T06:59:00.000Z');
  expect(newYork('2024-03-10 03:00')).toBe('2024-03-10T07:00:00.000Z');
  expect(newYork('2024-11-03 00:30')).toBe('2024-11-03T04:30:00.000Z');
  // Half past one comes twice: the first one counts.
  expect(newYork('2024-11-03 01:30')).toBe('2024-11-03T05:30:00.000Z');
  expect(newYork('2024-11-03 02:30')).toBe('2024-11-03T07:30:00.000Z');
});

test('epoch numbers are read in their unit', () => {
  expect(read('epochSeconds', '1700000000.25')).toBe('2023-11-14T22:13:20.250Z');
  expect(read('epochMillis', '1700000000250')).toBe('2023-11-14T22:13:20.250Z');
  expect(compileTimeFormat('epochMicros', 'UTC')('1700000000250001')).toBe(1_700_000_000_250_001);
  expect(read('epochSeconds', '-1')).toBeNull();
  expect(read('epochSeconds', '1e30')).toBeNull();
});

test('a format without a whole date, and an unknown zone, are refused', () => {
  expect(() => compileTimeFormat('HH:mm', 'UTC')).toThrow('needs YYYY, MM and DD');
  expect(() => compileTimeFormat('YYYYMMDDMM', 'UTC')).toThrow('nothing twice');
  expect(() => compileTimeFormat('YYYYMMDD', 'Mars/Olympus')).toThrow('unknown');
});
