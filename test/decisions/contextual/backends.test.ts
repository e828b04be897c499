import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/numerics/random.ts';
import { backends } from '../kernels/each-backend.ts';
import { contextOf, type models, pairs, poolOf, reference, teach } from './settings.ts';

/** Everything that a policy says in 60 decisions of growing knowledge, as text. */
function run(kernels: typeof reference, model: (typeof models)[string], make: (typeof pairs)[number][2]) {
  const policy = make(model({ kernels, count: 40, keep: 0.99 }));
  return Array.from({ length: 60 }, (_, t) => {
    const pool = poolOf(40, contextOf(t));
    const choice = policy.choose(pool, 6, new RandomStream(7, `d${t}`));
    const propensities = choice.propensities ?? choice.estimate(new RandomStream(8, `p${t}`), 2);
    teach(policy, 1, 40, t);
    return `${choice.picks} ${propensities}`;
  });
}

describe.each(pairs)('%s', (_, model, make) => {
  test('decides the same with every set of kernels, and says the same propensities', () => {
    const expected = run(reference, model, make);
    for (const [name, kernels] of backends) {
      const differences = run(kernels, model, make).filter((line, t) => line !== expected[t]).length;
      expect([name, differences]).toEqual([name, 0]);
    }
  });
});

test('at least the kernels in plain TypeScript are compared with', () => {
  expect(backends.map(([name]) => name)).toContain('reference');
});
