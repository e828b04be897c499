import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, fitted, fixed, interval, table, wrapped } from '../../src/cli/table.ts';

describe('the columns that a text takes', () => {
  test.each([
    ['', 0],
    ['Heat', 4],
    ['Amélie', 6],
    ['Ame\u0301lie', 6],
    ['東京物語', 8],
    ['기생충', 6],
    ['🎬!', 3],
  ])('%j takes %i', (text, count) => expect(columns(text)).toBe(count));
});

describe('a text that must fit', () => {
  test('is left alone where it fits, and ends with an ellipsis where it does not', () => {
    expect(fitted('Heat', 4)).toBe('Heat');
    expect(fitted('Heated', 4)).toBe('Hea…');
    expect(fitted('東京物語', 6)).toBe('東京…');
  });

  test('cannot move the cursor', () => {
    expect(fitted('a\u001b[2Jb\nc\td\u0007', 20)).toBe('a [2Jb c d ');
  });

  test('takes no more columns than it may, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        (text, most) => {
          expect(columns(fitted(text, most))).toBeLessThanOrEqual(most);
        },
      ),
      { seed: 1 },
    );
  });
});

test('a wrapped text keeps its words in order, in lines of at most 80 columns', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(words, (given) => {
      const lines = wrapped(given.join(' ')).split('\n');
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
      expect(lines.flatMap((line) => line.trim().split(' '))).toEqual(given);
      for (let i = 1; i < lines.length; i++) {
        // No line ends while the next word would still fit.
        const [next] = lines[i].trim().split(' ');
        expect(lines[i - 1].length + 1 + next.length).toBeGreaterThan(80);
      }
    }),
    { seed: 1 },
  );
});

test('a table has its first column to the left and the others to the right', () => {
  expect(
    table([
      ['title', 'id'],
      ['東京', '1'],
      ['Heat', '22'],
    ]),
  ).toBe('title  id\n---------\n東京    1\nHeat   22');
});

test('figures that are not there are a dash', () => {
  expect([fixed(undefined, 2), fixed(Number.NaN, 2), fixed(1.005, 1), interval(undefined)]).toEqual([
    '-',
    '-',
    '1.0',
    '-',
  ]);
  expect(interval({ mean: 0.28649, low: 0.2, high: 0.3 })).toBe('0.286 [0.200, 0.300]');
});
