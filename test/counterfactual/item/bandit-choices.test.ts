import { expect, test } from 'vitest';
import { banditChoices } from '../../../src/counterfactual/item/bandit-choices.ts';
import { evaluateOffPolicy } from '../../../src/counterfactual/item/evaluate.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const random = new RandomStream(4, 'bandit log');
const N = 3000;
const SHARES = [0.5, 0.3, 0.2];
const items = Uint32Array.from({ length: N }, () => {
  const draw = random.uniform();
  return draw < 0.5 ? 0 : draw < 0.8 ? 1 : 2;
});
const positions = Uint32Array.from({ length: N }, () => 1 + random.below(2));
const log = {
  items,
  positions,
  clicks: Float64Array.from(items, (item) => (random.uniform() < 0.1 + 0.3 * item ? 1 : 0)),
  propensities: Float64Array.from(items, (item) => SHARES[item]),
  itemCount: 3,
  affinities: null,
};
const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });

test('the target has its probabilities at the position, and the model its means', () => {
  const { targetPropensities, loggingPropensities, rewards, model } = banditChoices(log, (item, position) =>
    item === (position === 1 ? 0 : 2) ? 1 : 0,
  );
  expect(rewards).toEqual(log.clicks);
  expect(loggingPropensities).toEqual(log.propensities);
  items.forEach((item, i) => {
    const best = positions[i] === 1 ? 0 : 2;
    expect(targetPropensities[i]).toBe(item === best ? 1 : 0);
    expect(Math.abs((model?.expected[i] ?? 0) - (0.1 + 0.3 * best))).toBeLessThan(0.06);
    expect(Math.abs((model?.taken[i] ?? 0) - (0.1 + 0.3 * item))).toBeLessThan(0.06);
  });
});

test('the logging policy itself has the logged propensities, and the model of what it took', () => {
  const { targetPropensities, model } = banditChoices(log, 'logged');
  expect(targetPropensities).toEqual(log.propensities);
  expect(model?.expected).toEqual(model?.taken);
});

test('affinities of user and item are learned from', () => {
  const affinities = Float32Array.from({ length: N * 3 }, () => random.normal());
  const clicks = Float64Array.from(items, (item, i) => (affinities[3 * i + item] > 1 ? 1 : 0));
  const { model } = banditChoices({ ...log, clicks, affinities }, () => 1 / 3);
  const mean = (wanted: number): number => {
    const found = (model?.taken ?? new Float64Array()).filter((_, i) => clicks[i] === wanted);
    return found.reduce((sum, q) => sum + q, 0) / found.length;
  };
  expect(mean(1)).toBeGreaterThan(mean(0) + 0.3);
});

test('a target that does not sum to 1, items beyond the last and columns of other lengths are refused', () => {
  for (const target of [() => 0.5, () => 0, () => Number.NaN, (item: number) => (item === 0 ? 1.2 : -0.1)])
    expect(() => banditChoices(log, target)).toThrow(invalid);
  expect(() => banditChoices({ ...log, itemCount: 2 }, () => 1 / 2)).toThrow(invalid);
  expect(() => banditChoices({ ...log, items: items.slice(1) }, 'logged')).toThrow(invalid);
  expect(() => banditChoices({ ...log, positions: positions.slice(1) }, 'logged')).toThrow(invalid);
  expect(() => banditChoices({ ...log, propensities: log.propensities.with(5, 0) }, 'logged')).toThrow(
    invalid,
  );
});

test('two choices are too few for a reward model, and for an answer', () => {
  const two = {
    items: items.slice(0, 2),
    positions: positions.slice(0, 2),
    clicks: log.clicks.slice(0, 2),
    propensities: log.propensities.slice(0, 2),
  };
  const choices = banditChoices({ ...log, ...two }, () => 1 / 3);
  expect(choices.model).toBeUndefined();
  expect(evaluateOffPolicy(choices).refused).toBe(true);
});
