import { describe, expect, test } from 'vitest';
import { EpsilonGreedy } from '../../../src/decisions/context-free/epsilon-greedy.ts';
import { CascadeModel, fitCascade } from '../../../src/decisions/slates/cascade-model.ts';
import type { ClickModel } from '../../../src/decisions/slates/click-model.ts';
import { fitPositionBased } from '../../../src/decisions/slates/fit-position-based.ts';
import { PositionBasedModel } from '../../../src/decisions/slates/position-based-model.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const ATTRACTION = [0.6, 0.45, 0.3, 0.2, 0.1, 0.05];
const EXAMINATION = [1, 0.7, 0.45, 0.25];

/** Uniformly drawn slates of 4 of 6 items, with clicks by the model. */
function simulateLog(model: ClickModel, slates: number) {
  const random = new RandomStream(7, 'log');
  const rows = new Uint32Array(slates * 4);
  const clicks = new Float64Array(slates * 4);
  for (let slate = 0; slate < slates; slate++) {
    const shown = random.shuffle([0, 1, 2, 3, 4, 5]).slice(0, 4);
    rows.set(shown, slate * 4);
    clicks.set(
      model.simulate(
        shown.map((item) => ATTRACTION[item]),
        random,
      ),
      slate * 4,
    );
  }
  return { places: 4, rows, clicks };
}

const refusal = (code: string) => expect.objectContaining({ code });

describe('the position-based model', () => {
  const model = new PositionBasedModel(EXAMINATION);

  test('clicks as often as examination times attraction', () => {
    const random = new RandomStream(1, 'clicks');
    const sums = new Float64Array(4);
    for (let i = 0; i < 40_000; i++) {
      model.simulate([0.6, 0.45, 0.3, 0.2], random).forEach((click, place) => {
        sums[place] += click / 40_000;
      });
    }
    sums.forEach((mean, place) => {
      expect(Math.abs(mean - EXAMINATION[place] * ATTRACTION[place])).toBeLessThan(0.0125);
    });
  });

  test('is recovered from logged slates: examinations and attractions', () => {
    const { model: fitted, rows, attraction, converged } = fitPositionBased(simulateLog(model, 40_000));
    expect(converged).toBe(true);
    expect(Array.from(rows)).toEqual([0, 1, 2, 3, 4, 5]);
    attraction.forEach((value, item) => {
      expect(Math.abs(value - ATTRACTION[item])).toBeLessThan(0.02);
    });
    fitted.examination.forEach((value, place) => {
      expect(Math.abs(value - EXAMINATION[place])).toBeLessThan(0.02);
    });
  });

  test('fits the log at least as well as the truth that made it', () => {
    const log = simulateLog(model, 3000);
    const { model: fitted, attraction } = fitPositionBased(log);
    const likelihood = (g: ArrayLike<number>, a: ArrayLike<number>) => {
      let sum = 0;
      log.rows.forEach((row, i) => {
        const p = g[i % 4] * a[row];
        sum += Math.log(log.clicks[i] === 1 ? p : 1 - p);
      });
      return sum;
    };
    const best = likelihood(fitted.examination, attraction);
    expect(best).toBeGreaterThan(likelihood(EXAMINATION, ATTRACTION));
    // A maximum: no parameter can be moved to gain anything.
    for (const step of [0.998, 1.002]) {
      for (let place = 1; place < 4; place++) {
        const moved = fitted.examination.slice();
        moved[place] *= step;
        expect(likelihood(moved, attraction)).toBeLessThan(best);
      }
      for (let item = 0; item < 6; item++) {
        const moved = attraction.slice();
        moved[item] *= step;
        expect(likelihood(fitted.examination, moved)).toBeLessThan(best);
      }
    }
  });

  test('refuses logs that cannot tell the examination of a place', () => {
    // One order only: place and item cannot be told apart.
    const fixed = { places: 2, rows: Uint32Array.of(0, 1, 0, 1), clicks: [1, 0, 0, 1] };
    expect(() => fitPositionBased(fixed)).toThrowError(refusal('ERR_SLUICE_DATA_INVALID'));
    const unclicked = { places: 2, rows: Uint32Array.of(0, 1, 1, 0), clicks: [1, 0, 1, 0] };
    expect(() => fitPositionBased(unclicked)).toThrowError(refusal('ERR_SLUICE_DATA_INVALID'));
    for (const bad of [
      { places: 0, rows: Uint32Array.of(0), clicks: [1] },
      { places: 2, rows: Uint32Array.of(0), clicks: [1] },
      { places: 1, rows: Uint32Array.of(0), clicks: [] },
      { places: 1, rows: Uint32Array.of(0), clicks: [2] },
      { places: 1, rows: new Uint32Array(0), clicks: [] },
    ]) {
      expect(() => fitPositionBased(bad)).toThrowError(refusal('ERR_SLUICE_INVALID_ARGUMENT'));
    }
    for (const bad of [0, -0.1, 1.1, Number.NaN]) {
      expect(() => new PositionBasedModel([bad])).toThrowError(refusal('ERR_SLUICE_INVALID_ARGUMENT'));
    }
    const long = { rows: new Uint32Array(5), scores: new Float32Array(5), rewards: new Float64Array(5) };
    expect(() => model.discounted(long)).toThrowError(refusal('ERR_SLUICE_INVALID_ARGUMENT'));
    expect(() => model.examined(long, new RandomStream(1))).toThrowError(
      refusal('ERR_SLUICE_INVALID_ARGUMENT'),
    );
  });

  test('corrects feedback: kept places come to clicks over examinations, discounted scores to the true lift', () => {
    const random = new RandomStream(4, 'feedback');
    const rows = Uint32Array.of(0, 1, 2, 3);
    const scores = Float32Array.from(ATTRACTION.slice(0, 4));
    const clicked = new Float64Array(4);
    const kept = new Float64Array(4);
    const naive = new EpsilonGreedy({ arms: 4, priorStrength: 1 });
    const corrected = new EpsilonGreedy({ arms: 4, priorStrength: 1 });
    const rounds = 20_000;
    for (let round = 0; round < rounds; round++) {
      const feedback = { rows, scores, rewards: model.simulate(scores, random) };
      const seen = model.examined(feedback, random);
      seen.rows.forEach((row, i) => {
        kept[row]++;
        clicked[row] += seen.rewards[i];
      });
      naive.update(feedback);
      corrected.update(model.discounted(feedback));
    }
    for (let item = 0; item < 4; item++) {
      expect(Math.abs(kept[item] / rounds - EXAMINATION[item])).toBeLessThan(0.02);
      expect(Math.abs(clicked[item] / kept[item] - ATTRACTION[item])).toBeLessThan(0.03);
    }
    const pool = { rows, scores };
    const [right, wrong] = [corrected.score(pool), naive.score(pool)];
    for (let item = 0; item < 4; item++) {
      const p = EXAMINATION[item] * ATTRACTION[item];
      const error = Math.sqrt((1 - p) / (p * rounds)) + 1e-3;
      expect(Math.abs(right[item] / ATTRACTION[item] - 1)).toBeLessThan(4.5 * error);
      expect(Math.abs(wrong[item] / ATTRACTION[item] / EXAMINATION[item] - 1)).toBeLessThan(4.5 * error);
    }
  });
});

describe('the cascade model', () => {
  const model = new CascadeModel();

  test('clicks one place at most, where the definition says how often', () => {
    const random = new RandomStream(2, 'clicks');
    const sums = new Float64Array(4);
    for (let i = 0; i < 40_000; i++) {
      const clicks = model.simulate(ATTRACTION.slice(0, 4), random);
      expect(clicks.reduce((sum, click) => sum + click, 0)).toBeLessThanOrEqual(1);
      clicks.forEach((click, place) => {
        sums[place] += click / 40_000;
      });
    }
    let examined = 1;
    sums.forEach((mean, place) => {
      expect(Math.abs(mean - examined * ATTRACTION[place])).toBeLessThan(0.0125);
      examined *= 1 - ATTRACTION[place];
    });
  });

  test('is recovered from logged slates', () => {
    const { rows, attraction, examined } = fitCascade(simulateLog(model, 20_000));
    expect(Array.from(rows)).toEqual([0, 1, 2, 3, 4, 5]);
    attraction.forEach((value, item) => {
      const error = Math.sqrt((ATTRACTION[item] * (1 - ATTRACTION[item])) / examined[item]);
      expect(Math.abs(value - ATTRACTION[item])).toBeLessThan(4.5 * error);
    });
  });

  test('leaves out what was never examined, from fits and from feedback', () => {
    const log = { places: 3, rows: Uint32Array.of(4, 2, 9, 4, 2, 9), clicks: [0, 1, 0, 1, 0, 0] };
    expect(fitCascade(log)).toEqual({
      rows: Uint32Array.of(2, 4),
      attraction: Float64Array.of(1, 0.5),
      examined: Float64Array.of(1, 2),
    });
    const rows = Uint32Array.of(4, 2, 9);
    const scores = Float32Array.of(0.25, 0.5, 0.75);
    const features = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(model.examined({ rows, scores, rewards: Float64Array.of(0, 1, 0), features })).toEqual({
      rows: Uint32Array.of(4, 2),
      scores: Float32Array.of(0.25, 0.5),
      rewards: Float64Array.of(0, 1),
      features: Float32Array.of(1, 2, 3, 4),
    });
    // Nothing was clicked: all was seen. Two clicks: all up to the last.
    expect(model.examined({ rows, scores, rewards: new Float64Array(3) }).rows).toEqual(rows);
    expect(model.examined({ rows, scores, rewards: Float64Array.of(1, 1, 0) }).rows.length).toBe(2);
  });
});
