import { describe, expect, test } from 'vitest';
import { ROUTE_FEATURES } from '../../../src/reasoning/router/features.ts';
import { fitGain } from '../../../src/reasoning/router/fit-gain.ts';
import { gainAt } from '../../../src/reasoning/router/gain-curve.ts';
import { learnScore } from '../../../src/reasoning/router/gain-learner.ts';
import { GainModel } from '../../../src/reasoning/router/gain-model.ts';
import { nGrams } from '../../../src/reasoning/router/n-grams.ts';
import { textProduct } from '../../../src/reasoning/router/text-ridge.ts';
import { countTexts, rarityOf, textValues } from '../../../src/reasoning/router/text-rows.ts';
import { madeOutcomes } from './made-outcomes.ts';

const model = fitGain(madeOutcomes(1200, 1));
const others = madeOutcomes(200, 2);

describe('the JSON form of a gain model', () => {
  test('gives the same model back, bit for bit', () => {
    const again = GainModel.fromJSON(JSON.parse(JSON.stringify(model)));
    expect(again.version).toBe(model.version);
    expect(again.outcomes).toBe(1200);
    for (const { features, text } of others) {
      expect(again.predict(features, text)).toEqual(model.predict(features, text));
    }
  });

  test('of the prior says that it knows nothing', () => {
    const prior = GainModel.fromJSON(JSON.parse(JSON.stringify(GainModel.prior())));
    expect(prior.version).toBe('prior');
    expect(prior.predict(others[0].features, 'anything')).toEqual({ mean: 0, low: -1, high: 1 });
  });

  const json = JSON.parse(JSON.stringify(model));
  test.each<[string, unknown]>([
    ['nothing', null],
    ['a later format', { ...json, format: 2 }],
    ['other features', { ...json, features: ['length'] }],
    ['a missing weight', { ...json, weights: json.weights.slice(1) }],
    ['a weight that is none', { ...json, weights: [null, ...json.weights.slice(1)] }],
    ['another intercept', { ...json, intercept: json.intercept + 1e-9 }],
    ['no intercept', { ...json, intercept: undefined }],
    ['another number of outcomes', { ...json, outcomes: 5000 }],
    ['a negative number of outcomes', { ...json, outcomes: -1 }],
    ['a curve without knots', { ...json, curve: { ...json.curve, scores: [] } }],
    ['a curve that lacks a bound', { ...json, curve: { ...json.curve, lows: undefined } }],
    ['half of the words', { ...json, text: { ...json.text, rarity: json.text.rarity.slice(4) } }],
    ['no words', { ...json, text: null }],
  ])('is refused for %s', (_, damaged) => {
    expect(() => GainModel.fromJSON(damaged)).toThrow(
      expect.objectContaining({ code: 'ERR_SLUICE_DATA_INVALID' }),
    );
  });
});

describe('the score of a text', () => {
  test('is the same when it is served as when it was learned', () => {
    const outcomes = madeOutcomes(600, 3);
    const features = outcomes.map((outcome) => outcome.features);
    const text = countTexts(outcomes.map((outcome) => outcome.text));
    const targets = Float64Array.from(outcomes, ({ expected }) => expected);
    const learned = learnScore({ features, text, targets, weights: targets.map(() => 1) }, 1);
    expect(learned.text).not.toBeNull();
    const served = new GainModel({
      ...learned.linear,
      text: learned.text,
      curve: { scores: [0], means: [0], lows: [0], highs: [0] },
      outcomes: 600,
    });
    const { rarity, weights } = learned.text as NonNullable<typeof learned.text>;
    const values = textValues(text, rarity);
    const solution = Float64Array.from(weights, (weight, column) =>
      rarity[column] > 0 ? weight / rarity[column] : 0,
    );
    outcomes.slice(0, 50).forEach((outcome, row) => {
      const linear = new GainModel({
        ...learned.linear,
        text: null,
        curve: { scores: [0], means: [0], lows: [0], highs: [0] },
        outcomes: 600,
      }).score(outcome.features, '');
      const expected = linear + textProduct(text, values, row, solution);
      expect(served.score(outcome.features, outcome.text)).toBeCloseTo(expected, 5);
    });
  });

  test('does not depend on case, white space or the digits of numbers', () => {
    const words = (text: string) => Array.from(nGrams(text).words);
    expect(words('Ten  FILMS of 1987!')).toEqual(words('ten films\nof 2004 !'));
    expect(words('of 1987')).not.toEqual(words('of 87'));
    expect(words('')).toEqual([]);
  });

  test('counts words and pairs of neighbours', () => {
    const counts = countTexts(['the cat the cat the', 'cat']);
    const [first, second] = [counts.starts[1], counts.starts[2]];
    // the, cat; (start, the), (the, cat), (cat, the).
    expect(first).toBe(5);
    expect(Array.from(counts.counts.subarray(0, first)).sort()).toEqual([1, 2, 2, 2, 3]);
    expect(second - first).toBe(2);
    const rarity = rarityOf(counts, Uint32Array.of(0, 1));
    expect(rarity[counts.columns[first]]).toBeCloseTo(0, 6);
  });

  test('takes a text of any length', () => {
    const long = 'word '.repeat(100_000);
    expect(nGrams(long).words).toHaveLength(4096);
    expect(Number.isFinite(model.score(others[0].features, long))).toBe(true);
  });
});

describe('a gain curve', () => {
  const curve = { scores: [0, 1, 3], means: [0, 0.2, 0.4], lows: [-0.2, 0, 0.2], highs: [0.2, 0.4, 0.6] };

  test('is linear between knots and level beyond them', () => {
    expect(gainAt(curve, -5)).toEqual({ mean: 0, low: -0.2, high: 0.2 });
    expect(gainAt(curve, 9)).toEqual({ mean: 0.4, low: 0.2, high: 0.6 });
    expect(gainAt(curve, 2).mean).toBeCloseTo(0.3, 12);
    expect(gainAt(curve, 0.5).low).toBeCloseTo(-0.1, 12);
    expect(gainAt(curve, 1).mean).toBe(0.2);
  });
});

test('features of another length are refused', () => {
  expect(() => model.predict(new Float64Array(ROUTE_FEATURES.length + 1), '')).toThrow(
    expect.objectContaining({ code: 'ERR_SLUICE_DIMENSION_MISMATCH' }),
  );
});
