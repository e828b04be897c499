import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beyond, boundary } from '../../../src/counterfactual/sequences/boundary.ts';
import { DifferenceSequence } from '../../../src/counterfactual/sequences/difference-sequence.ts';
import { MeanSequence } from '../../../src/counterfactual/sequences/mean-sequence.ts';
import { OffPolicySequence } from '../../../src/counterfactual/sequences/off-policy-sequence.ts';
import type { ConfidenceSequence } from '../../../src/counterfactual/sequences/sequence.ts';
import { SluiceError } from '../../../src/errors.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { LOGGING, TARGET } from './streams.ts';

const code = (attempt: () => unknown): string | undefined => {
  try {
    attempt();
  } catch (error) {
    if (SluiceError.is(error)) return error.code;
    throw error;
  }
  return undefined;
};

describe('the boundary', () => {
  /** ln of the mixture by quadrature over lambda, with the weights exp(-10 (1 - l)) (1 - l)^9 of rho = 10. */
  const lnMixture = (s: number, v: number): number => {
    const steps = 200_000;
    let top = 0;
    let bottom = 0;
    for (let i = 0; i < steps; i++) {
      const l = (i + 0.5) / steps;
      const weight = Math.exp(9 * Math.log1p(-l) - 10 * (1 - l));
      top += weight * Math.exp(l * s + (Math.log1p(-l) + l) * v);
      bottom += weight;
    }
    return Math.log(top / bottom);
  };

  test.each([0, 1, 10, 100, 2000])(
    'lies where the mixture is 1 / alpha, from above by a hundredth: V = %i',
    (v) => {
      for (const alpha of [0.05, 0.025, 0.001]) {
        const evidence = Math.log(1 / alpha);
        const found = lnMixture(boundary(v, evidence), v) / evidence;
        expect(found).toBeGreaterThan(1 - 1e-6);
        expect(found).toBeLessThan(alpha === 0.05 ? 1.03 : 1.012);
      }
    },
  );

  test('is where `beyond` begins, for sums of every size', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 120, noNaN: true }),
        fc.double({ min: 0.7, max: 700, noNaN: true }),
        (lnV, evidence) => {
          const v = Math.exp(lnV);
          const s = boundary(v, evidence);
          expect(Number.isFinite(s)).toBe(true);
          expect(beyond(s * (1 + 1e-9), v, evidence)).toBe(true);
          expect(beyond(s * (1 - 1e-9), v, evidence)).toBe(false);
        },
      ),
    );
  });
});

interface Kind {
  readonly name: string;
  make(level?: number): ConfidenceSequence;
  add(sequence: ConfidenceSequence, random: RandomStream): void;
}

const KINDS: readonly Kind[] = [
  {
    name: 'MeanSequence',
    make: (level) => new MeanSequence({ level, low: -1, high: 3 }),
    add: (sequence, random) => (sequence as MeanSequence).add(4 * random.uniform() - 1),
  },
  {
    name: 'DifferenceSequence',
    make: (level) => new DifferenceSequence({ level, leastShare: 0.3 }),
    add: (sequence, random) =>
      (sequence as DifferenceSequence).add({
        treated: random.uniform() < 0.4,
        share: 0.4,
        reward: random.uniform(),
      }),
  },
  {
    name: 'OffPolicySequence',
    make: (level) => new OffPolicySequence({ level, truncation: 5 }),
    add: (sequence, random) =>
      (sequence as OffPolicySequence).addModelled({
        action: random.below(10),
        reward: random.uniform(),
        target: TARGET,
        logging: new Float64Array(10).fill(0.1),
        predictions: LOGGING,
      }),
  },
];

describe.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
  test('before the first observation knows the range only', () => {
    const { mean, low, high } = kind.make().interval();
    expect(mean).toBeNaN();
    expect(low).toBeLessThan(high);
    expect(kind.make().excludes((low + high) / 2)).toBe(false);
  });

  test('restored in mid-run, gives the same bounds bit for bit', () => {
    const random = new RandomStream(3, kind.name);
    const whole = kind.make();
    let restored = kind.make();
    for (let i = 0; i < 200; i++) {
      const state = restored.snapshot();
      restored = kind.make();
      restored.restore(state);
      const draws = random.uint32();
      kind.add(whole, new RandomStream(draws));
      kind.add(restored, new RandomStream(draws));
      expect(restored.interval()).toEqual(whole.interval());
    }
    expect(restored.count).toBe(200);
  });

  test('excludes what lies outside its bounds, and nothing else', () => {
    const random = new RandomStream(4, kind.name);
    const sequence = kind.make();
    for (let i = 0; i < 3000; i++) kind.add(sequence, random);
    const { low, high } = sequence.interval();
    const width = high - low;
    for (const [value, excluded] of [
      [low - 1e-6 * width, true],
      [low + 1e-6 * width, false],
      [high - 1e-6 * width, false],
      [high + 1e-6 * width, true],
    ] as const) {
      expect(sequence.excludes(value)).toBe(excluded);
    }
    expect(code(() => sequence.excludes(Number.NaN))).toBe('ERR_SLUICE_NON_FINITE');
  });

  test('refuses the state of others, and what no state holds', () => {
    const sequence = kind.make();
    const random = new RandomStream(5, kind.name);
    for (let i = 0; i < 10; i++) kind.add(sequence, random);
    const state = sequence.snapshot();
    const before = sequence.interval();
    expect(code(() => kind.make(0.9).restore(state))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    expect(code(() => sequence.restore(state.slice(1)))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
    for (let i = 0; i < state.length; i++) {
      const damaged = state.slice();
      damaged[i] = Number.NaN;
      expect(code(() => sequence.restore(damaged))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
      expect(sequence.interval()).toEqual(before);
    }
  });

  test.each([0, 1, -0.5, Number.NaN])('refuses a level of %d', (level) => {
    expect(code(() => kind.make(level))).toBe('ERR_SLUICE_INVALID_ARGUMENT');
  });
});

test('bounds scale and shift with the range of the values', () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(values, (shares) => {
      const unit = new MeanSequence();
      const money = new MeanSequence({ low: -20, high: 60 });
      for (const share of shares) {
        unit.add(share);
        money.add(-20 + 80 * share);
      }
      expect(money.interval().low).toBeCloseTo(-20 + 80 * unit.interval().low, 8);
      expect(money.interval().high).toBeCloseTo(-20 + 80 * unit.interval().high, 8);
    }),
  );
});

test('the difference of two arms is more than a quarter narrower than the difference of two sequences', () => {
  const random = new RandomStream(6, 'arms');
  const difference = new DifferenceSequence();
  const arms = [new MeanSequence({ level: 0.975 }), new MeanSequence({ level: 0.975 })];
  for (let i = 0; i < 20_000; i++) {
    const treated = random.uniform() < 0.5;
    const reward = random.uniform() < (treated ? 0.12 : 0.1) ? 1 : 0;
    difference.add({ treated, reward });
    arms[treated ? 1 : 0].add(reward);
  }
  const { mean, low, high } = difference.interval();
  expect(mean).toBeCloseTo(arms[1].interval().mean - arms[0].interval().mean, 3);
  const apart = arms.reduce((sum, arm) => sum + arm.interval().high - arm.interval().low, 0);
  expect((high - low) / apart).toBeLessThan(0.75);
});

describe('off-policy', () => {
  test('weights of one give the bounds of a plain mean', () => {
    const random = new RandomStream(7, 'on-policy');
    const weighted = new OffPolicySequence();
    const plain = new MeanSequence();
    for (let i = 0; i < 500; i++) {
      const reward = random.uniform() < 0.2 ? 1 : 0;
      weighted.add({ weight: 1, reward });
      plain.add(reward);
    }
    expect(weighted.interval().low).toBeCloseTo(plain.interval().low, 12);
    expect(weighted.interval().high).toBeCloseTo(plain.interval().high, 12);
  });

  test('a model without truncation room changes nothing; with it the bounds are a third narrower for rare rewards', () => {
    const random = new RandomStream(8, 'model');
    const weighted = new OffPolicySequence();
    const cut = new OffPolicySequence();
    const modelled = new OffPolicySequence({ truncation: 10 });
    const uniform = new Float64Array(10).fill(0.1);
    const predictions = new Float64Array(10).fill(0.02);
    for (let i = 0; i < 5000; i++) {
      const action = random.below(10);
      const reward = random.uniform() < 0.02 ? 1 : 0;
      const outcome = { action, reward, target: TARGET, logging: uniform, predictions };
      weighted.add({ weight: TARGET[action] / 0.1, reward });
      cut.addModelled(outcome);
      modelled.addModelled(outcome);
    }
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(width(cut.interval())).toBeCloseTo(width(weighted.interval()), 10);
    expect(width(modelled.interval())).toBeLessThan(width(weighted.interval()) / 1.5);
  });

  test('where logging never shows what the target prefers, the upper bound stays above the value', () => {
    const sequence = new OffPolicySequence();
    const random = new RandomStream(9, 'no support');
    // The target shows item 1 in .7 of cases (reward 1, never logged) and item 0 in .3 (reward .1).
    for (let i = 0; i < 5000; i++) sequence.add({ weight: 0.3, reward: random.uniform() < 0.1 ? 1 : 0 });
    const { low, high } = sequence.interval();
    expect(high).toBeGreaterThan(0.73);
    expect(low).toBeLessThan(0.73);
  });

  test('a propensity next to nothing widens the bounds and breaks nothing', () => {
    const sequence = new OffPolicySequence();
    for (let i = 0; i < 100; i++) sequence.add({ weight: 1, reward: 0.5 });
    sequence.add({ weight: 1e140, reward: 1 });
    const { low, high } = sequence.interval();
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(0.5);
  });
});

describe('refused with a code, and nothing is added', () => {
  const mean = new MeanSequence();
  const difference = new DifferenceSequence();
  const value = new OffPolicySequence({ truncation: 1 });
  const outcome = { action: 0, reward: 1, target: [0.5, 0.5], logging: [0.5, 0.5], predictions: [0, 0] };
  const invalid = 'ERR_SLUICE_INVALID_ARGUMENT';
  const nonFinite = 'ERR_SLUICE_NON_FINITE';

  test.each([
    ['NaN as value', nonFinite, () => mean.add(Number.NaN)],
    ['a value outside the range', invalid, () => mean.add(1.5)],
    ['text as value', nonFinite, () => mean.add('1' as never)],
    ['NaN as reward of an arm', nonFinite, () => difference.add({ treated: true, reward: Number.NaN })],
    ['a share of 0', invalid, () => difference.add({ treated: true, reward: 1, share: 0 })],
    ['NaN as share', invalid, () => difference.add({ treated: true, reward: 1, share: Number.NaN })],
    ['an infinite weight', nonFinite, () => value.add({ weight: Number.POSITIVE_INFINITY, reward: 1 })],
    ['NaN as weight', nonFinite, () => value.add({ weight: Number.NaN, reward: 1 })],
    ['a weight below 0', nonFinite, () => value.add({ weight: -1, reward: 1 })],
    ['NaN as weighted reward', nonFinite, () => value.add({ weight: 1, reward: Number.NaN })],
    ['a propensity of 0', invalid, () => value.addModelled({ ...outcome, logging: [0, 1] })],
    ['NaN as propensity', nonFinite, () => value.addModelled({ ...outcome, logging: [0.5, Number.NaN] })],
    [
      'probabilities that do not sum to 1',
      invalid,
      () => value.addModelled({ ...outcome, target: [0.5, 0] }),
    ],
    ['columns of two lengths', invalid, () => value.addModelled({ ...outcome, predictions: [0] })],
    ['an action that is none', invalid, () => value.addModelled({ ...outcome, action: 2 })],
    ['NaN as prediction', nonFinite, () => value.addModelled({ ...outcome, predictions: [0, Number.NaN] })],
    ['a range without width', invalid, () => new MeanSequence({ low: 1, high: 1 })],
    ['an infinite range', invalid, () => new MeanSequence({ high: Number.POSITIVE_INFINITY })],
    ['a least share above one half', invalid, () => new DifferenceSequence({ leastShare: 0.6 })],
    ['a truncation of NaN', invalid, () => new OffPolicySequence({ truncation: Number.NaN })],
  ] as const)('%s', (_, expected, attempt) => {
    expect(code(attempt)).toBe(expected);
    expect([mean.count, difference.count, value.count]).toEqual([0, 0, 0]);
  });
});
