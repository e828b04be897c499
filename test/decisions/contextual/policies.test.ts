import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinTs } from '../../../src/decisions/contextual/lin-ts.ts';
import { LinUcb } from '../../../src/decisions/contextual/lin-ucb.ts';
import { SharedModel } from '../../../src/decisions/contextual/shared-model.ts';
import { SquareCb } from '../../../src/decisions/contextual/square-cb.ts';
import { SluiceError } from '../../../src/errors.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import {
  contextOf,
  D,
  models,
  normals,
  outcome,
  pairs,
  policies,
  poolOf,
  reference,
  teach,
  vectorsOf,
} from './settings.ts';

const refusedWith = (code: string) => expect.objectContaining({ code });

describe.each(pairs)('%s', (_, model, make) => {
  test('chooses distinct entries of the pool, as many as asked or as there are', () => {
    const policy = teach(make(model({ count: 40 })), 30, 40);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 15 }),
        fc.integer(),
        (n, size, seed) => {
          const { picks, propensities } = policy.choose(poolOf(n), size, new RandomStream(seed, 'pool'));
          expect(picks.length).toBe(Math.min(n, size));
          expect(new Set(picks).size).toBe(picks.length);
          expect(picks.every((pick) => pick < n)).toBe(true);
          if (propensities) expect(propensities.every((p) => p > 0 && p <= 1)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('goes on as if nothing had happened after snapshot and restore in mid-run', () => {
    const through = teach(make(model({ keep: 0.98 })), 25);
    const resumed = make(model({ keep: 0.98 }));
    resumed.restore(structuredClone(through.snapshot()));
    for (let t = 25; t < 60; t++) {
      const pool = poolOf(7, contextOf(t));
      const first = through.choose(pool, 3, new RandomStream(9, `d${t}`));
      const second = resumed.choose(pool, 3, new RandomStream(9, `d${t}`));
      expect(second.picks).toEqual(first.picks);
      expect(second.propensities).toEqual(first.propensities);
      for (const policy of [through, resumed]) teach(policy, 1, 7, t);
    }
    expect(resumed.snapshot()).toEqual(through.snapshot());
    expect(resumed.score(poolOf(7))).toEqual(through.score(poolOf(7)));
  });

  test('gives propensities that equal the frequencies with which entries are shown at their places', () => {
    const policy = teach(make(model()), 12);
    const pool = poolOf(6);
    const rounds = 4000;
    const shown = new Float64Array(6 * 2);
    for (let i = 0; i < rounds; i++) {
      const { picks } = policy.choose(pool, 2, new RandomStream(4, `d${i}`));
      picks.forEach((pick, place) => {
        shown[pick * 2 + place] += 1 / rounds;
      });
    }
    const total = [0, 0];
    for (let first = 0; first < 6; first++) {
      const slate = Uint32Array.of(first, (first + 1) % 6);
      const claimed = policy.propensity(pool, slate, new RandomStream(5, first), 400);
      slate.forEach((pick, place) => {
        const error = Math.sqrt((shown[pick * 2 + place] * (1 - shown[pick * 2 + place])) / rounds);
        expect(Math.abs(claimed[place] - shown[pick * 2 + place])).toBeLessThan(5 * error + 0.02);
        if (shown[pick * 2 + place] > 0) expect(claimed[place]).toBeGreaterThan(0);
        total[place] += claimed[place];
      });
    }
    for (const sum of total) expect(sum).toBeCloseTo(1, 1);
  });

  test('refuses what it cannot learn from by code, and learns nothing of the batch', () => {
    const policy = teach(make(model()), 5);
    const before = policy.snapshot();
    const good = outcome(3, 2);
    const batch = { ...good, rows: Uint32Array.of(1, 2), scores: Float32Array.of(0.5, 0.5) };
    for (const reward of [Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY]) {
      const wrong = { ...batch, rewards: Float64Array.of(1, reward) };
      expect(() => policy.update(wrong)).toThrowError(refusedWith('ERR_SLUICE_NON_FINITE'));
    }
    const rewards = Float64Array.of(1, 0);
    expect(() => policy.update({ ...batch, rewards, rows: Uint32Array.of(1, 7) })).toThrowError(
      refusedWith('ERR_SLUICE_INVALID_ARGUMENT'),
    );
    expect(() => policy.update({ ...batch, rewards, scores: Float32Array.of(0.5) })).toThrowError(
      refusedWith('ERR_SLUICE_INVALID_ARGUMENT'),
    );
    const features = normals(new RandomStream(1), 2 * D);
    features[D + 1] = Number.NaN;
    expect(() => policy.update({ ...batch, rewards, features })).toThrowError(
      refusedWith('ERR_SLUICE_NON_FINITE'),
    );
    expect(() => policy.update({ ...batch, rewards, features: features.subarray(0, D) })).toThrowError(
      refusedWith('ERR_SLUICE_DIMENSION_MISMATCH'),
    );
    if (policy.contextual) {
      const { context, ...rest } = { ...batch, rewards };
      expect(() => policy.update(rest)).toThrowError(refusedWith('ERR_SLUICE_INVALID_ARGUMENT'));
      const wrong = (numbers: Float32Array) => () => policy.update({ ...rest, context: numbers });
      expect(wrong(contextOf(1).subarray(1))).toThrowError(refusedWith('ERR_SLUICE_DIMENSION_MISMATCH'));
      expect(wrong(new Float32Array(D).fill(Number.NaN))).toThrowError(refusedWith('ERR_SLUICE_NON_FINITE'));
      expect(() =>
        policy.choose({ ...poolOf(3), context: undefined } as never, 1, new RandomStream(1)),
      ).toThrowError(refusedWith('ERR_SLUICE_INVALID_ARGUMENT'));
    }
    expect(policy.snapshot()).toEqual(before);
  });

  test('refuses the state of another policy and keeps its own', () => {
    const policy = teach(make(model()), 5);
    const before = policy.snapshot();
    const states = [{}, { ...before, observations: Float64Array.of(0.5) }];
    for (const [name, column] of Object.entries(before)) {
      if (name !== 'observations') states.push({ ...before, [name]: column.subarray(1) });
    }
    for (const state of states) {
      expect(() => policy.restore(state)).toThrowError(refusedWith('ERR_SLUICE_INVALID_ARGUMENT'));
    }
    expect(policy.snapshot()).toEqual(before);
  });

  test('knows arms that were added while it ran, and others no more than before', () => {
    const policy = teach(make(model()), 9) as LinUcb;
    const before = policy.score(poolOf(7));
    policy.append(policy.name.includes('disjoint') ? 2 : normals(new RandomStream(3), 2 * D));
    expect(policy.score(poolOf(9)).subarray(0, 7)).toEqual(before);
    policy.update(outcome(50, 8, 1));
    expect(policy.score(poolOf(9))).not.toEqual(before);
    expect(() => policy.score(poolOf(10))).toThrowError(refusedWith('ERR_SLUICE_INVALID_ARGUMENT'));
  });
});

describe('feedback', () => {
  const linear = pairs.filter(([name]) => !name.startsWith('logistic'));

  test.each(linear)('of %s may come late, in batches and in any order', (_, model, make) => {
    const inOrder = teach(make(model()), 30);
    const shuffled = make(model());
    for (const t of new RandomStream(6).shuffle(Array.from({ length: 30 }, (_, i) => i))) {
      shuffled.update(outcome(t, (t * 5) % 7));
    }
    const expected = inOrder.score(poolOf(7));
    shuffled.score(poolOf(7)).forEach((score, i) => {
      expect(score).toBeCloseTo(expected[i], 5);
    });
  });

  test('of one decision is learned alike whether it comes as one batch or one by one', () => {
    const [together, apart] = [make(), make()];
    const rewards = Float64Array.of(1, 0, 1);
    together.update({
      rows: Uint32Array.of(0, 3, 5),
      scores: new Float32Array(3),
      rewards,
      context: contextOf(1),
    });
    [0, 3, 5].forEach((row, i) => {
      apart.update(outcome(1, row, rewards[i]));
    });
    expect(together.snapshot()).toEqual(apart.snapshot());
    function make() {
      return policies['LinTS'](models['shared under a context']());
    }
  });

  test('with features of its own is learned by them', () => {
    const model = () => new SharedModel({ kernels: reference, dimension: D });
    const [one, other] = [new LinUcb({ model: model() }), new LinUcb({ model: model() })];
    const features = normals(new RandomStream(8), 2 * D);
    one.update({ ...outcome(0, 3, 1), features: features.subarray(0, D) });
    other.update({ ...outcome(0, 3, 1), features: features.subarray(D) });
    expect(one.snapshot()).not.toEqual(other.snapshot());
    expect(() => one.update(outcome(0, 3, 1))).toThrowError(refusedWith('ERR_SLUICE_INVALID_ARGUMENT'));
  });

  test('outside [0, 1] is learned where the policy names that range', () => {
    const model = models['shared']();
    const policy = new LinTs({ model, rewards: [-5, 5] });
    policy.update(outcome(0, 1, -4.5));
    expect(policy.score(poolOf(7))[1]).toBeLessThan(0);
    expect(() => policy.update(outcome(0, 1, 5.1))).toThrowError(refusedWith('ERR_SLUICE_NON_FINITE'));
  });
});

describe('a features function', () => {
  test('stands in for pools and feedback that bring none, and sees rows and context', () => {
    const table = normals(new RandomStream(8), 7 * D);
    const seen: (Float32Array | undefined)[] = [];
    const model = new SharedModel({
      kernels: reference,
      dimension: D,
      arms: 7,
      features(rows, context) {
        seen.push(context);
        return Float32Array.from(
          { length: rows.length * D },
          (_, i) => table[rows[Math.floor(i / D)] * D + (i % D)],
        );
      },
    });
    const byFunction = teach(new LinUcb({ model }), 20);
    const byVectors = teach(
      new LinUcb({ model: new SharedModel({ kernels: reference, dimension: D, vectors: table }) }),
      20,
    );
    expect(byFunction.score(poolOf(7))).toEqual(byVectors.score(poolOf(7)));
    expect(seen[3]).toEqual(contextOf(3));
  });

  test('that needs the context never goes without', () => {
    const features = (rows: Uint32Array, context?: Float32Array) =>
      Float32Array.from(
        { length: rows.length * D },
        (_, i) => (context as Float32Array)[i % 2] * rows[Math.floor(i / D)],
      );
    const policy = new LinUcb({
      model: new SharedModel({ kernels: reference, dimension: D, arms: 7, context: true, features }),
    });
    expect(policy.contextual).toBe(true);
    // A context of another length than the features.
    policy.update({ ...outcome(0, 3, 1), context: Float32Array.of(1, 2) });
    const { context, ...rest } = outcome(0, 3, 1);
    expect(() => policy.update(rest)).toThrowError(refusedWith('ERR_SLUICE_INVALID_ARGUMENT'));
  });
});

describe('a prior', () => {
  test('of ones makes the untaught score the product of context and vector', () => {
    const prior = new Float64Array(D).fill(1);
    const model = models['shared under a context']({ prior, lambda: 3 });
    const policy = new LinUcb({ model });
    const vectors = vectorsOf(7);
    policy.score(poolOf(7)).forEach((score, row) => {
      const product = contextOf(0).reduce((sum, c, j) => sum + c * vectors[row * D + j], 0);
      expect(score).toBeCloseTo(product, 5);
    });
    expect(policy.name).not.toBe(new LinUcb({ model: models['shared under a context']({ lambda: 3 }) }).name);
  });

  test('counts as many observations as its weight says', () => {
    const prior = Float64Array.of(2);
    const model = new SharedModel({
      kernels: reference,
      dimension: 1,
      vectors: Float32Array.of(1),
      prior,
      lambda: 3,
    });
    const policy = new LinUcb({ model });
    for (let i = 0; i < 5; i++) {
      policy.update({ rows: Uint32Array.of(0), scores: Float32Array.of(0.5), rewards: Float64Array.of(0) });
    }
    expect(policy.score(poolOf(1))[0]).toBeCloseTo((3 * 2 + 5 * 0) / (3 + 5), 6);
  });
});

describe('SquareCB', () => {
  test('draws an arm with 1 / (K + gamma gap), gamma = scale sqrt(t), and each place from its own hand', () => {
    const policy = teach(new SquareCb({ model: models['shared'](), scale: 4, floor: 0 }), 15) as SquareCb;
    const pool = poolOf(7);
    const scores = policy.score(pool);
    const best = scores.indexOf(Math.max(...scores));
    let rest = 1;
    for (let arm = 0; arm < 7; arm++) {
      if (arm === best) continue;
      const p = 1 / (7 + 4 * Math.sqrt(16) * (scores[best] - scores[arm]));
      expect(policy.propensity(pool, Uint32Array.of(arm), new RandomStream(1), 0)[0]).toBeCloseTo(p, 6);
      rest -= p;
    }
    expect(policy.propensity(pool, Uint32Array.of(best), new RandomStream(1), 0)[0]).toBeCloseTo(rest, 6);
    // Of a slate of two, the arms outside are dealt in turn: each has a chance at exactly one place.
    for (let arm = 0; arm < 7; arm++) {
      const other = (arm + 1) % 7;
      const [first] = policy.propensity(pool, Uint32Array.of(arm, other), new RandomStream(1), 0);
      const [, second] = policy.propensity(pool, Uint32Array.of(other, arm), new RandomStream(1), 0);
      expect([first > 0, second > 0].filter(Boolean).length).toBe(1);
    }
  });
});

describe('vectors so large that scores overflow', () => {
  test.each(pairs)('leave %s with a slate of distinct entries, or are refused', (_, model, make) => {
    const policy = make(model());
    const features = new Float32Array(7 * D).fill(3e38);
    for (let i = 0; i < 7 * D; i += 3) features[i] = -3e38;
    try {
      for (let t = 0; t < 4; t++) policy.update({ ...outcome(t, t % 3), features: features.slice(0, D) });
      const { picks } = policy.choose({ ...poolOf(7), features }, 3, new RandomStream(1, 'd'));
      expect(new Set(picks).size).toBe(3);
    } catch (error) {
      expect(SluiceError.is(error, 'ERR_SLUICE_NON_FINITE')).toBe(true);
    }
    expect(Object.values(policy.snapshot()).every((column) => column.every(Number.isFinite))).toBe(true);
  });
});

describe('settings', () => {
  test('outside their range are refused', () => {
    const model = models['shared']();
    for (const make of [
      () => new LinUcb({ model, alpha: -1 }),
      () => new LinTs({ model, deviation: 0 }),
      () => new SquareCb({ model, scale: 0 }),
      () => new SquareCb({ model, exponent: 1.5 }),
      () => new LinUcb({ model, floor: 1 }),
      () => new LinUcb({ model, rewards: [1, 0] }),
      () => new LinUcb({ model, rewards: [0, Number.POSITIVE_INFINITY] }),
      () => models['shared']({ lambda: 0 }),
      () => models['shared']({ keep: 1.1 }),
      () => models['hybrid']({ keep: 0 }),
      () => models['disjoint']({ keep: 1e-20 }),
      () => models['hybrid']({ tau: 0 } as never),
      () => models['disjoint']({ count: -1 }),
      () => new SharedModel({ kernels: reference, dimension: 0 }),
      () => new SharedModel({ kernels: reference, dimension: D, context: true }),
    ]) {
      expect(make).toThrowError(refusedWith('ERR_SLUICE_INVALID_ARGUMENT'));
    }
    expect(() => models['shared']({ prior: new Float64Array(3) })).toThrowError(
      refusedWith('ERR_SLUICE_DIMENSION_MISMATCH'),
    );
    expect(() => models['shared']({ prior: new Float64Array(D).fill(Number.NaN) })).toThrowError(
      refusedWith('ERR_SLUICE_NON_FINITE'),
    );
    expect(() => models['shared']({ vectors: new Float32Array(D + 1) })).toThrowError(
      refusedWith('ERR_SLUICE_DIMENSION_MISMATCH'),
    );
  });

  test('no slate has less than no place, or half a one', () => {
    const policy = policies['LinTS'](models['shared']());
    for (const size of [-1, 1.5, Number.NaN]) {
      expect(() => policy.choose(poolOf(7), size, new RandomStream(1))).toThrowError(
        refusedWith('ERR_SLUICE_INVALID_ARGUMENT'),
      );
    }
    expect(() => policy.propensity(poolOf(7), Uint32Array.of(1, 1), new RandomStream(1), 4)).toThrowError(
      refusedWith('ERR_SLUICE_INVALID_ARGUMENT'),
    );
  });

  test('after close a policy says so', () => {
    const policy = policies['LinTS'](models['shared']()) as LinTs;
    policy.close();
    policy.close();
    expect(() => policy.choose(poolOf(7), 1, new RandomStream(1))).toThrowError(
      refusedWith('ERR_SLUICE_CLOSED'),
    );
  });
});
