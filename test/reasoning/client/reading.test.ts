import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFailure } from '../../../src/reasoning/client/failure.ts';
import { readJsonObject } from '../../../src/reasoning/client/json-answer.ts';
import { retryAfterMs } from '../../../src/reasoning/client/retry-after.ts';

describe('an answer in JSON', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

  test('is read as it is, indented or not', () => {
    fc.assert(
      fc.property(object, fc.nat(4), (value, indent) => {
        expect(readJsonObject(` ${JSON.stringify(value, null, indent)}\n`)).toEqual(plain(value));
      }),
    );
  });

  test('is found in a fence, before braces in the prose', () => {
    fc.assert(
      fc.property(object, fc.constantFrom('json', 'JSON', ''), (value, language) => {
        const text = `Use {} like this:\n\`\`\`${language}\n${JSON.stringify(value)}\n\`\`\`\nDone.`;
        fc.pre(!JSON.stringify(value).includes('```'));
        expect(readJsonObject(text)).toEqual(plain(value));
      }),
    );
  });

  test('is found in prose, whatever braces its texts hold', () => {
    expect(readJsonObject('Here {is} it: {"a": "}{\\"", "b": {"c": [1]}} and {"d": 2}')).toEqual({
      a: '}{"',
      b: { c: [1] },
    });
  });

  test('is none when it was cut off anywhere, whatever whole objects it holds', () => {
    const whole = JSON.stringify({ top: ['A'], items: [{ id: 1 }, { id: 2 }], note: 'a "}" b' });
    for (let end = 0; end < whole.length; end++)
      for (const text of [whole.slice(0, end), `\`\`\`json\n${whole.slice(0, end)}`])
        expect(() => readJsonObject(text)).toThrow(
          expect.objectContaining({ code: 'ERR_SLUICE_MODEL_FAILED' }),
        );
  });

  test.each(['', ' ', 'null', '[]', '[{"a":1', 'no idea', '{', '}{', '```\n```', '{{{{'])(
    'is none in %j',
    (text) => {
      expect(() => readJsonObject(text)).toThrow(
        expect.objectContaining({ code: 'ERR_SLUICE_MODEL_FAILED' }),
      );
    },
  );

  test('of more than 65,536 characters is not read, and long ones take no time', () => {
    const long = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;
    expect(readJsonObject(long(65_536))).toHaveProperty('a');
    expect(() => readJsonObject(long(65_537))).toThrow();
    const started = performance.now();
    for (const piece of ['{', '{"', '```a', '{x}', '"', '\\', '{x{', '{{x}'])
      expect(() => readJsonObject(piece.repeat(65_536 / piece.length))).toThrow();
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('leaves the prototypes of objects alone', () => {
    const read = readJsonObject('{"__proto__": {"admin": true}}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });
});

describe('a failure', () => {
  const reset = Object.assign(new Error('socket'), { code: 'ECONNRESET' });
  test.each([
    [
      { statusCode: 429, retryAfterMs: 70 },
      { passing: true, free: true, retryAfterMs: 70, what: 'status 429' },
    ],
    [{ statusCode: 400 }, { passing: false, free: true, what: 'status 400' }],
    [{ statusCode: 503 }, { passing: true, free: true, what: 'status 503' }],
    [{ statusCode: 504 }, { passing: true, free: false, what: 'status 504' }],
    [{ statusCode: 408 }, { passing: true, free: false, what: 'status 408' }],
    [
      { statusCode: 200, cause: reset },
      { passing: true, free: false, what: 'ECONNRESET' },
    ],
    [{ details: { statusCode: 500 } }, { passing: true, free: true, what: 'status 500' }],
    [{ cause: { cause: { code: 'ECONNREFUSED' } } }, { passing: true, free: true, what: 'ECONNREFUSED' }],
    [{ code: 'ERR_SOMETHING' }, { passing: true, free: false, what: 'no answer' }],
    ['a text', { passing: true, free: false, what: 'no answer' }],
    [undefined, { passing: true, free: false, what: 'no answer' }],
  ])('%j is read as %j', (error, failure) => {
    expect(readFailure(error)).toEqual(failure);
  });

  test('that causes itself is read', () => {
    const error = new Error('again');
    error.cause = error;
    expect(readFailure(error).what).toBe('no answer');
  });
});

describe('the time to wait', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  test.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5', 'retry-after-ms': '120' }, 120],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after-ms': '-5' }, undefined],
    [{}, undefined],
  ])('of %j is %j ms', (headers, ms) => {
    expect(retryAfterMs(headers as Record<string, string>, now)).toBe(ms);
  });
});
