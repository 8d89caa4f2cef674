import { describe, expect, it } from 'vitest';
import { encode } from '../../../schemas/codec.ts';
import { bytesOf, letterContent } from './letter-content.ts';

describe('a refused message is shown', () => {
  it('as JSON where it decodes, from MessagePack or from JSON', () => {
    const value = { kind: 'quote', bytes: new Uint8Array([1, 255]), list: [1] };
    expect(letterContent(encode(value))).toEqual({
      form: 'JSON',
      text: JSON.stringify({ kind: 'quote', bytes: '0x01ff', list: [1] }, null, 2),
      more: '',
    });
    expect(letterContent(new TextEncoder().encode('{"a":1}')).text).toBe('{\n  "a": 1\n}');
  });

  it('as text where it is text alone', () => {
    expect(letterContent(new TextEncoder().encode('not a message'))).toMatchObject({
      form: 'text',
      text: 'not a message',
    });
  });

  it('else in hexadecimal, cut where it is long', () => {
    expect(letterContent(new Uint8Array([0xc1, 0, 0xff]))).toEqual({
      form: 'hexadecimal',
      text: '0000  c1 00 ff',
      more: '',
    });
    const long = letterContent(new Uint8Array(600).fill(0xc1));
    expect(long.more).toBe('88 more bytes');
    expect(long.text.split('\n')).toHaveLength(32);
  });

  it('without hanging on what is made to', () => {
    expect(letterContent(new Uint8Array(9_000).fill(0xdd)).form).toBe('hexadecimal');
    expect(letterContent(new Uint8Array(0))).toMatchObject({ text: '' });
  });
});

it('base64 holds any byte', () => {
  expect([...bytesOf('AP8KIg==')]).toEqual([0, 255, 10, 34]);
});
