import { describe, expect, test } from 'vitest';
import { LinUcb } from '../../../src/decisions/contextual/lin-ucb.ts';
import { SharedModel } from '../../../src/decisions/contextual/shared-model.ts';
import { certainChoice } from '../../../src/decisions/exact-choice.ts';
import { decisionKernels } from '../../../src/decisions/kernels/select.ts';
import { ConservativePolicy } from '../../../src/decisions/safety/conservative-policy.ts';
import { LinearConfidence } from '../../../src/decisions/safety/linear-confidence.ts';
import type { Feedback, Policy, Pool } from '../../../src/funnel/policy.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const kernels = decisionKernels('reference');
const D = 3;
const ARMS = 8;
const ALPHA = 0.2;
const NOISE = 0.1;

/** Arms on the positive part of the unit sphere, theta too, so that all rewards are in [0, 1]. */
function world(seed: number) {
  const random = new RandomStream(seed, 'world');
  const unit = () => {
    const vector = Array.from({ length: D }, () => Math.abs(random.normal()));
    const length = Math.hypot(...vector);
    return vector.map((component) => component / length);
  };
  const theta = unit();
  const vectors = Float32Array.from(Array.from({ length: ARMS }, unit).flat());
  const means = Array.from({ length: ARMS }, (_, arm) =>
    theta.reduce((sum, component, j) => sum + component * vectors[arm * D + j], 0),
  );
  const order = means.map((_, arm) => arm).sort((a, b) => means[b] - means[a]);
  return { vectors, means, best: order[0], baseline: order[3], random };
}

/** Always one arm. */
function fixed(arm: number): Policy {
  return {
    name: 'fixed',
    explores: false,
    score: (pool) => new Float64Array(pool.rows.length),
    choose: () => certainChoice(Uint32Array.of(arm)),
    propensity: (_, picks) =>
      picks.reduce((_all, pick) => Float64Array.of(pick === arm ? 1 : 0), new Float64Array(1)),
    update() {},
    snapshot: () => ({}),
    restore() {},
  };
}

const pool: Pool = {
  rows: Uint32Array.from({ length: ARMS }, (_, arm) => arm),
  scores: new Float32Array(ARMS).fill(0.5),
};

function play(seed: number, rounds: number, known: boolean, constrained = true) {
  const { vectors, means, best, baseline, random } = world(seed);
  const options = { kernels, dimension: D, vectors };
  const rewards = [-1, 2] as const;
  const free = new LinUcb({ model: new SharedModel(options), alpha: 0.5, floor: 0, rewards });
  const policy = constrained
    ? new ConservativePolicy({
        policy: free,
        baseline: fixed(baseline),
        confidence: new LinearConfidence({ ...options, bound: 1, noise: NOISE }),
        alpha: ALPHA,
        ...(known && { baselineReward: means[baseline] }),
      })
    : free;
  let [earned, kept, regret, lateRegret] = [0, true, 0, 0];
  for (let round = 1; round <= rounds; round++) {
    const { picks } = policy.choose(pool, 1, new RandomStream(seed, round));
    const mean = means[picks[0]];
    earned += mean;
    kept &&= earned >= (1 - ALPHA) * means[baseline] * round - 1e-9;
    regret += means[best] - mean;
    if (round > rounds / 2) lateRegret += means[best] - mean;
    const reward = Math.min(2, Math.max(-1, mean + NOISE * random.normal()));
    policy.update({ rows: picks, scores: Float32Array.of(0.5), rewards: Float64Array.of(reward) });
  }
  return { kept, regret, lateRegret, byBaseline: rounds * (means[best] - means[baseline]) };
}

describe('conservative exploration with linear rewards', () => {
  test.each([true, false])('keeps its promise in 475 of 500 runs, the baseline known: %s', (known) => {
    let kept = 0;
    for (let seed = 1; seed <= 500; seed++) if (play(seed, 60, known).kept) kept++;
    expect(kept).toBeGreaterThanOrEqual(0.95 * 500);
  });

  test('does what the unconstrained policy does not', () => {
    let broken = 0;
    for (let seed = 1; seed <= 100; seed++) if (!play(seed, 60, true, false).kept) broken++;
    expect(broken).toBeGreaterThan(20);
  });

  test('comes to lose no more than the unconstrained policy', () => {
    let [own, free, ownLate, freeLate, byBaseline] = [0, 0, 0, 0, 0];
    for (let seed = 1; seed <= 6; seed++) {
      const constrained = play(seed, 2000, false);
      const unconstrained = play(seed, 2000, false, false);
      own += constrained.regret;
      free += unconstrained.regret;
      ownLate += constrained.lateRegret;
      freeLate += unconstrained.lateRegret;
      byBaseline += constrained.byBaseline;
    }
    expect(own).toBeLessThan(byBaseline / 4);
    expect(own).toBeLessThan(2 * free + 20);
    expect(ownLate).toBeLessThan(freeLate + 10);
  });
});

describe('the confidence ellipsoid', () => {
  test('bounds a margin by the formula of the paper, with A inverted anew', () => {
    const vectors = Float32Array.of(1, 0, 0.6, 0.8);
    const confidence = new LinearConfidence({
      kernels,
      dimension: 2,
      vectors,
      ...{ lambda: 2, bound: 0.7, noise: 0.3, delta: 0.1 },
    });
    const rows = Uint32Array.of(0, 1);
    const scores = new Float32Array(2);
    for (let i = 0; i < 5; i++) {
      confidence.learn({ rows, scores, rewards: Float64Array.of(0.4, 0.9) });
    }
    confidence.book({ rows, scores }, Uint32Array.of(1), 2);
    // A = 2 I + 5 (e1 e1' + v v'), b = 5 (.4 e1 + .9 v), z = 2 v - .5 e1.
    const [a, b, c] = [2 + 5 + 5 * 0.36, 5 * 0.48, 2 + 5 * 0.64];
    const det = a * c - b * b;
    const solve = (x: number, y: number) => [(c * x - b * y) / det, (a * y - b * x) / det];
    const theta = solve(5 * (0.4 + 0.9 * 0.6), 5 * 0.9 * 0.8);
    const z = [2 * 0.6 - 0.5, 2 * 0.8];
    const w = solve(z[0], z[1]);
    const width = Math.sqrt(z[0] * w[0] + z[1] * w[1]);
    const radius = 0.3 * Math.sqrt(2 * Math.log(10) + 2 * Math.log1p(10 / 4)) + Math.SQRT2 * 0.7;
    expect(confidence.lowerBound({ rows, scores }, Uint32Array.of(0), -0.5)).toBeCloseTo(
      theta[0] * z[0] + theta[1] * z[1] - radius * width,
      5,
    );
  });

  test('takes the context and the features of a pool, and learns nothing of what it refuses', () => {
    const options = { kernels, dimension: 2, vectors: Float32Array.of(1, 0, 0, 1), bound: 1 };
    const confidence = new LinearConfidence({ ...options, context: true });
    expect(confidence.contextual).toBe(true);
    const rows = Uint32Array.of(0, 1);
    const scores = new Float32Array(2);
    const context = Float32Array.of(0.5, 2);
    const features = Float32Array.of(0.5, 0, 0, 2);
    const bound = confidence.lowerBound({ rows, scores, context }, rows, 1);
    expect(confidence.lowerBound({ rows, scores, features }, rows, 1)).toBe(bound);
    expect(() => confidence.lowerBound({ rows, scores }, rows, 1)).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
    const check = (wrong: Partial<Feedback>) => () =>
      confidence.check({ rows, scores, context, rewards: new Float64Array(2), ...wrong });
    expect(check({})).not.toThrow();
    for (const [wrong, code] of [
      [{ rewards: Float64Array.of(0, Number.NaN) }, 'ERR_SLUICE_NON_FINITE'],
      [{ features: Float32Array.of(0, 0, 0, Number.NaN) }, 'ERR_SLUICE_NON_FINITE'],
      [{ rewards: new Float64Array(1) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
      [{ rows: Uint32Array.of(0, 2) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
      [{ context: new Float32Array(3) }, 'ERR_SLUICE_DIMENSION_MISMATCH'],
    ] as const) {
      expect(check(wrong)).toThrowError(expect.objectContaining({ code }));
    }
    for (const bad of [{ bound: 0 }, { noise: 0 }, { delta: 1 }, { lambda: -1 }]) {
      expect(() => new LinearConfidence({ ...options, ...bad })).toThrowError(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
  });

  test('restores to the same bounds', () => {
    const options = { kernels, dimension: 2, vectors: Float32Array.of(1, 0, 0, 1), bound: 1 };
    const [first, second] = [new LinearConfidence(options), new LinearConfidence(options)];
    const rows = Uint32Array.of(0, 1);
    const scores = new Float32Array(2);
    first.learn({ rows, scores, rewards: Float64Array.of(0.3, 0.8) });
    first.book({ rows, scores }, rows, 0.5);
    second.restore(first.snapshot());
    expect(second.lowerBound({ rows, scores }, rows, 1)).toBe(first.lowerBound({ rows, scores }, rows, 1));
    first.close();
    const other = new LinearConfidence({ kernels, dimension: 3, bound: 1 });
    expect(() => other.restore(second.snapshot())).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
