import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frozenPrices } from '../../../scripts/freeze-prices.mjs';
import { PriceBook } from '../../../src/reasoning/prices/price-book.ts';

const AT = Date.UTC(2026, 9, 1);
const text = readFileSync(new URL('../../../src/reasoning/prices/frozen.json', import.meta.url), 'utf8');
const frozen: { models: Record<string, object>; aliases: Record<string, string> } = JSON.parse(text);
const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens });

describe('the bundled prices', () => {
  test('are what the script makes of the installed package, in less than 20 kB', () => {
    expect(frozen).toEqual(frozenPrices());
    expect(JSON.stringify(frozen).length).toBeLessThan(20_000);
    expect(Object.keys(frozen.models).length).toBeGreaterThan(80);
  });

  test('cost what genai-prices computes, for every model, tier and share of cached tokens', async () => {
    const book = await PriceBook.bundled();
    let compared = 0;
    for (const name of Object.keys(frozen.models)) {
      const [provider, ...rest] = name.split('/');
      for (const [input, cached, output] of [
        [1000, 0, 60],
        [1400, 600, 256],
        [271_999, 0, 9],
        [300_000, 100_000, 5000],
      ]) {
        // Of models priced by the hour the dearest hour counts.
        const theirs = Array.from(
          { length: 24 },
          (_, hour) =>
            calcPrice(
              { input_tokens: input, cache_read_tokens: cached, output_tokens: output },
              rest.join('/'),
              {
                providerId: provider,
                timestamp: new Date(AT + hour * 3_600_000 + 60_000),
              },
            )!.total_price,
        );
        const ours = book.price(name, { ...usage(input, output), cachedInputTokens: cached }, AT)!;
        const dearest = Math.max(...theirs) * 1e9;
        expect(ours, name).toBeLessThan(dearest + 1.001);
        expect(ours, name).toBeGreaterThanOrEqual(dearest - 1e-3);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(300);
  });

  test('know dated versions by the price of their model', async () => {
    const book = await PriceBook.bundled();
    const call = usage(1000, 60);
    expect(book.price('openai/gpt-5-mini-2025-08-07', call, AT)).toBe(
      book.price('openai/gpt-5-mini', call, AT),
    );
    expect(book.price('openai/gpt-5-mini', call, AT)).toBe(1000 * 250 + 60 * 2000);
  });

  test('change on the day on which the provider changes them', async () => {
    const book = await PriceBook.bundled({ staleAfterDays: 365 });
    const at = (time: number) => book.price('google/gemini-3.6-flash', usage(1000, 0), time);
    expect(at(Date.UTC(2026, 11, 31, 23, 59))).toBe(750_000);
    expect(at(Date.UTC(2027, 0, 1))).toBe(1_500_000);
  });
});

describe('no price', () => {
  const book = PriceBook.of({
    asOf: '2026-01-01',
    staleAfterDays: 30,
    models: { m: { input: 1e9, output: 2e9 } },
  });

  test('is known of another model, or once the list is stale', () => {
    const last = Date.UTC(2026, 0, 31) - 1;
    expect(book.price('m', usage(1, 1), last)).toBe(3000);
    expect(book.price('m', usage(1, 1), last + 1)).toBeUndefined();
    expect(book.bound('m', 1, 1, last + 1)).toBeUndefined();
    expect(book.price('m', usage(1, 1), Number.NaN)).toBeUndefined();
    expect(book.price('n', usage(1, 1), last)).toBeUndefined();
    expect(book.price('toString', usage(1, 1), last)).toBeUndefined();
    expect(book.bound('n', 1, 1, last)).toBeUndefined();
  });

  test.each([
    usage(-1, 0),
    usage(1.5, 0),
    usage(Number.NaN, 0),
    usage(1, undefined as unknown as number),
    { ...usage(10, 0), cachedInputTokens: 11 },
    { ...usage(10, 0), cachedInputTokens: 6, cacheWriteTokens: 5 },
    usage(2 ** 33, 0),
  ])('comes of what is no usage: %j', (wrong) => {
    expect(book.price('m', wrong, Date.UTC(2026, 0, 2))).toBeUndefined();
  });
});

describe('the arithmetic', () => {
  const rate = fc.integer({ min: 0, max: 1e12 });
  const count = fc.integer({ min: 0, max: 2 ** 31 });
  const rates = { input: rate, cachedInput: rate, cacheWrite: rate, output: rate };
  const tier = fc.record({ above: fc.integer({ min: 1, max: 2 ** 30 }), ...rates });
  const prices = fc.record({ ...rates, tiers: fc.array(tier, { minLength: 1, maxLength: 1 }) });
  const bookOf = (m: object) =>
    PriceBook.of({
      asOf: '2026-01-01',
      staleAfterDays: 30,
      models: { m: m as { input: number; output: number } },
    });
  const at = Date.UTC(2026, 0, 2);

  test('is exact: that of big integers, rounded up once', () => {
    fc.assert(
      fc.property(prices, count, count, count, (model, input, first, output) => {
        const cached = Math.min(first, input);
        const written = Math.floor((input - cached) / 3);
        const held = input > model.tiers[0].above ? model.tiers[0] : model;
        const millionths =
          BigInt(input - cached - written) * BigInt(held.input) +
          BigInt(cached) * BigInt(held.cachedInput) +
          BigInt(written) * BigInt(held.cacheWrite) +
          BigInt(output) * BigInt(held.output);
        const call = { ...usage(input, output), cachedInputTokens: cached, cacheWriteTokens: written };
        expect(BigInt(bookOf(model).price('m', call, at)!)).toBe((millionths + 999_999n) / 1_000_000n);
      }),
      { seed: 1 },
    );
  });

  test('never gives a call more than its bound', () => {
    fc.assert(
      fc.property(
        prices,
        count,
        count,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (model, bytes, most, share) => {
          const book = bookOf(model);
          const bound = book.bound('m', bytes, most, at)!;
          const input = Math.floor((bytes + 64) * share);
          for (const cachedInputTokens of [0, Math.floor(input / 2), input])
            for (const outputTokens of [0, most]) {
              const call = { inputTokens: input, outputTokens, cachedInputTokens };
              expect(book.price('m', call, at)!).toBeLessThanOrEqual(bound);
            }
        },
      ),
      { seed: 2 },
    );
  });
});

test('books are told apart by what they hold, and the added one has the last word', () => {
  const list = (input: number) => ({
    asOf: '2026-01-01',
    staleAfterDays: 30,
    models: { m: { input, output: 0 } },
  });
  const [one, same, other] = [PriceBook.of(list(1e6)), PriceBook.of(list(1e6)), PriceBook.of(list(2e6))];
  expect(one.id).toBe(same.id);
  expect(one.id).not.toBe(other.id);
  expect(one.id).toMatch(/^2026-01-01-[0-9a-f]{12}$/);
  const both = one.with(other);
  expect(both.id).toBe(`${one.id}+${other.id}`);
  expect(both.price('m', usage(10, 0), Date.UTC(2026, 0, 2))).toBe(20);
});

describe('a list that nothing can be computed from', () => {
  const list = { asOf: '2026-01-01', staleAfterDays: 30, models: {} as Record<string, object> };
  test.each([
    [{ ...list, asOf: 'yesterday' }, 'asOf'],
    [{ ...list, staleAfterDays: 0 }, 'staleAfterDays'],
    [{ ...list, models: null }, 'models'],
    [{ ...list, models: { m: null } }, 'models["m"]'],
    [{ ...list, models: { m: { input: 1 } } }, 'models["m"].output'],
    [{ ...list, models: { m: { input: 0.5, output: 1 } } }, 'models["m"].input'],
    [{ ...list, models: { m: { input: 1, output: 1, cachedInput: -1 } } }, 'models["m"].cachedInput'],
    [
      { ...list, models: { m: { input: 1, output: 1, tiers: [{ input: 1, output: 1 }] } } },
      'models["m"].tiers[0].above',
    ],
    [
      { ...list, models: { m: { input: 1, output: 1, changes: [{ from: '1', input: 1, output: 1 }] } } },
      'models["m"].changes[0].from',
    ],
    [undefined, 'list'],
  ])('is refused by name: %j', (wrong, name) => {
    expect(() => PriceBook.of(wrong as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_SLUICE_INVALID_ARGUMENT',
        details: expect.objectContaining({ name }),
      }),
    );
  });

  test('is refused as a size of a call', () => {
    const book = PriceBook.of({ ...list, models: { m: { input: 1, output: 1 } } } as never);
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 33]) {
      expect(() => book.bound('m', wrong, 1, 0)).toThrow('promptBytes');
      expect(() => book.bound('m', 1, wrong, 0)).toThrow('maxOutputTokens');
    }
  });
});
