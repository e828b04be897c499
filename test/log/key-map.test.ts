/** Does one random number stand for one person, whatever happens? */

import { describe, expect, test } from 'vitest';
import { KeyMap } from '../../src/log/key-map.ts';
import { ForgetfulStore } from './forgetful-store.ts';

/** Draws the given numbers in turn. */
const drawing = (...numbers: number[]) => {
  let next = 0;
  return { draw: () => numbers[next++] };
};

test('a key keeps its number, and the number leads back to the key', async () => {
  const users = new KeyMap(new ForgetfulStore());
  expect(users.lookup('ada')).toBeUndefined();
  const ada = await users.numberOf('ada');
  const bob = await users.numberOf('bob');
  expect(ada).not.toBe(bob);
  expect(await users.numberOf('ada')).toBe(ada);
  expect(users.lookup('ada')).toBe(ada);
  expect(users.keyOf(bob)).toBe('bob');
  expect(users.keyOf(ada + bob)).toBeUndefined();
});

test('concurrent first sightings of one key agree', async () => {
  const users = new KeyMap(new ForgetfulStore());
  const numbers = await Promise.all(Array.from({ length: 50 }, () => users.numberOf('ada')));
  expect(new Set(numbers).size).toBe(1);
});

test('numbers are unlike each other and fill 32 bits', async () => {
  const users = new KeyMap(new ForgetfulStore());
  const numbers = await users.assignAll(Array.from({ length: 5000 }, (_, i) => `user ${i}`));
  expect(new Set(numbers).size).toBe(5000);
  // The mean of 5000 uniform draws lies within 5 standard errors of the middle in all but one of a million runs.
  const mean = numbers.reduce((sum, number) => sum + number / 2 ** 32, 0) / 5000;
  expect(Math.abs(mean - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(5000));
  expect(numbers.some((number) => number >= 2 ** 31)).toBe(true);
});

test('assigning all keeps the order, the numbers known, and gives a repeated key one number', async () => {
  const users = new KeyMap(new ForgetfulStore());
  const bob = await users.numberOf('bob');
  const numbers = await users.assignAll(['ada', 'bob', 'ada', 'eve']);
  expect([...numbers]).toEqual([users.lookup('ada'), bob, users.lookup('ada'), users.lookup('eve')]);
});

test('a number that is taken is drawn again', async () => {
  const users = new KeyMap(new ForgetfulStore(), drawing(5, 5, 5, 0xffffffff));
  expect(await users.numberOf('ada')).toBe(5);
  expect(await users.numberOf('bob')).toBe(0xffffffff);
});

test('two maps that assign at once over one store agree on the key and never share a number', async () => {
  const store = new ForgetfulStore();
  const one = new KeyMap(store, drawing(1, 2, 3));
  const other = new KeyMap(store, drawing(1, 1, 4));
  const [a, b, c] = await Promise.all([one.numberOf('ada'), other.numberOf('ada'), other.numberOf('bob')]);
  expect(a).toBe(b);
  expect(c).not.toBe(a);
  expect([one.keyOf(a), one.keyOf(c)]).toEqual(['ada', 'bob']);
});

describe('forgetting', () => {
  test('removes the key everywhere and never gives its number to anybody again', async () => {
    const store = new ForgetfulStore();
    const users = new KeyMap(store, drawing(5, 5, 6, 5, 7));
    await users.numberOf('ada');
    expect(await users.forget('ada')).toBe(true);
    expect(users.lookup('ada')).toBeUndefined();
    expect(users.keyOf(5)).toBeUndefined();
    expect(await users.numberOf('bob')).toBe(6);
    expect(await users.numberOf('ada')).toBe(7);
    const everything = ['user-number-of-key', 'user-key-of-number'].flatMap((table) => [
      ...store.range(table),
    ]);
    expect(everything.filter(({ key, value }) => key === 5 && value.length > 0)).toEqual([]);
  });

  test('a key that is not there is told', async () => {
    expect(await new KeyMap(new ForgetfulStore()).forget('nobody')).toBe(false);
  });

  test('waits for an assignment under way', async () => {
    const users = new KeyMap(new ForgetfulStore());
    const [, forgotten] = await Promise.all([users.numberOf('ada'), users.forget('ada')]);
    expect(forgotten).toBe(true);
    expect(users.lookup('ada')).toBeUndefined();
  });
});

test('a number is told only after its flush, and survives the crash after that', async () => {
  const store = new ForgetfulStore({ flushes: 'held' });
  let told: number | undefined;
  const telling = new KeyMap(store).numberOf('ada').then((number) => (told = number));
  await new Promise(setImmediate);
  expect(told).toBeUndefined();
  expect(new KeyMap(store.crash()).lookup('ada')).toBeUndefined();
  store.flush();
  await telling;
  expect(new KeyMap(store.crash()).lookup('ada')).toBe(told);
});

test('a failed assignment is told, and the next attempt assigns', async () => {
  const store = new ForgetfulStore();
  const users = new KeyMap(store);
  store.failNextFlush = new Error('disk full');
  const attempts = await Promise.allSettled([users.numberOf('ada'), users.numberOf('ada')]);
  expect(attempts).toMatchObject([
    { reason: { code: 'ERR_SLUICE_STORE_FAILED' } },
    { reason: { code: 'ERR_SLUICE_STORE_FAILED' } },
  ]);
  expect(users.lookup('ada')).toBeUndefined();
  expect(users.keyOf(await users.numberOf('ada'))).toBe('ada');
});

test('keys that are no text of 1 to 256 characters are refused', async () => {
  const users = new KeyMap(new ForgetfulStore());
  for (const key of ['', 'x'.repeat(257), 7, null, undefined, {}, '\udc00'] as string[]) {
    await expect(users.numberOf(key)).rejects.toMatchObject({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    expect(() => users.lookup(key)).toThrow(expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }));
  }
  expect(users.keyOf(await users.numberOf('\u4e00'.repeat(256)))).toBe('\u4e00'.repeat(256));
});
