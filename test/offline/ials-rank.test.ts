import { describe, expect, test } from 'vitest';
import { toCsr } from '../../src/offline/dataset.ts';
import { trainIals } from '../../src/offline/ials.ts';

/** Two tastes, forty people, forty items: a history of far fewer independent directions than factors. */
function twoTastes() {
  const users: number[] = [];
  const items: number[] = [];
  for (let user = 0; user < 40; user++) {
    for (let item = user % 2; item < 40; item += 2) {
      if ((user * 7 + item * 3) % 5 >= 3) continue;
      users.push(user);
      items.push(item);
    }
  }
  return toCsr({ users: Uint32Array.from(users), items: Uint32Array.from(items) }, 40);
}

describe('iALS with more factors than the history has directions', () => {
  test.each(['typescript', 'auto'] as const)(
    'stays finite and tells the tastes apart (%s)',
    async (backend) => {
      for (const factors of [2, 16, 64]) {
        const { userFactors, itemFactors } = await trainIals(twoTastes(), 40, { factors, backend });
        expect(itemFactors.every(Number.isFinite)).toBe(true);
        const score = (user: number, item: number) => {
          let sum = 0;
          for (let f = 0; f < factors; f++)
            sum += userFactors[user * factors + f] * itemFactors[item * factors + f];
          return sum;
        };
        expect(score(0, 0)).toBeGreaterThan(score(0, 1) + 0.1);
        expect(score(1, 1)).toBeGreaterThan(score(1, 0) + 0.1);
      }
    },
  );
});
