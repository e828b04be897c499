import { describe, expect, test } from 'vitest';
import { fitUplift } from '../../../src/incrementality/learners/fit-uplift.ts';
import { checkUpliftData, type UpliftData } from '../../../src/incrementality/learners/uplift-data.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const random = new RandomStream(2, 'rows');
const N = 100;
const data: UpliftData = {
  features: Float64Array.from({ length: 2 * N }, () => random.normal()),
  dimension: 2,
  treatment: Uint8Array.from({ length: N }, (_, i) => i % 2),
  outcomes: Float64Array.from({ length: N }, () => random.normal()),
  propensities: new Float64Array(N).fill(0.5),
};

function refusal(change: Partial<UpliftData>): { code: string; message: string } {
  try {
    checkUpliftData({ ...data, ...change });
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('not refused');
}

test('rows of two arms pass', () => {
  expect(() => checkUpliftData(data)).not.toThrow();
});

describe('no effect is told', () => {
  const noEffect: [string, Partial<UpliftData>, RegExp][] = [
    [
      'without rows',
      {
        features: new Float64Array(),
        treatment: new Uint8Array(),
        outcomes: new Float64Array(),
        propensities: undefined,
      },
      /there are none/,
    ],
    ['from a propensity that is as good as 0', { propensities: new Float64Array(N).fill(1e-300) }, /1e-300/],
    ['without controls', { treatment: new Uint8Array(N).fill(1) }, /no controls/],
    ['without treated rows', { treatment: new Uint8Array(N) }, /no row was treated/],
    ['of too few treated rows', { treatment: new Uint8Array(N).fill(1, 0, 9) }, /only 9 rows were treated/],
    ['of too few controls', { treatment: new Uint8Array(N).fill(1, 9) }, /only 9 rows are controls/],
    ['of a constant outcome', { outcomes: new Float64Array(N).fill(3) }, /outcome is 3 in every row/],
    ['from a propensity of 0', { propensities: new Float64Array(N).fill(0.5).with(7, 0) }, /propensity is 0/],
    ['from a propensity of 1', { propensities: new Float64Array(N).fill(0.5).with(7, 1) }, /propensity is 1/],
    [
      'where a feature is the treatment',
      { features: data.features.map((x, i) => (i % 2 ? (i >> 1) % 2 : x)) },
      /feature 1 .* leaks/,
    ],
    [
      'where a feature tells the arms apart by a threshold, whichever way',
      { features: data.features.map((x, i) => (i % 2 ? x : Math.abs(x) * ((i >> 1) % 2 ? -1 : 1))) },
      /feature 0 .* leaks/,
    ],
    [
      'where a sum of features tells the arms apart',
      {
        features: data.features.map((x, i) =>
          i % 2 ? ((i >> 1) % 2 ? 1 : -1) - data.features[i - 1] + x / 10 : x,
        ),
      },
      /together .* leaks/,
    ],
  ];
  test.each(noEffect)('%s', (_, change, message) => {
    const { code, message: said } = refusal(change);
    expect(code).toBe('ERR_SLUICE_NO_EFFECT');
    expect(said).toMatch(message);
    expect(() => fitUplift('t', 'ridge', { ...data, ...change })).toThrow(message);
  });
});

test('arms that few rows of many features separate by accident pass', () => {
  const wide = {
    ...data,
    features: Float64Array.from({ length: 60 * N }, () => random.normal()),
    dimension: 60,
  };
  expect(() => checkUpliftData(wide)).not.toThrow();
});

describe('columns are refused', () => {
  const columns: [string, Partial<UpliftData>, string][] = [
    ['of other lengths: features', { features: data.features.slice(1) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['of other lengths: outcomes', { outcomes: data.outcomes.slice(1) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['of other lengths: propensities', { propensities: new Float64Array(3) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['of no features', { dimension: 0, features: new Float64Array() }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['with a third arm', { treatment: data.treatment.with(3, 2) }, 'ERR_SLUICE_INVALID_ARGUMENT'],
    ['with NaN features', { features: data.features.with(9, Number.NaN) }, 'ERR_SLUICE_NON_FINITE'],
    ['with infinite outcomes', { outcomes: data.outcomes.with(9, -1 / 0) }, 'ERR_SLUICE_NON_FINITE'],
    [
      'with NaN propensities',
      { propensities: new Float64Array(N).fill(Number.NaN) },
      'ERR_SLUICE_NON_FINITE',
    ],
  ];
  test.each(columns)('%s', (_, change, code) => {
    expect(refusal(change).code).toBe(code);
  });
});

test.each<[string, Partial<UpliftData>, string, RegExp]>([
  [
    'a plain array',
    { outcomes: Array.from(data.outcomes) as never },
    'ERR_SLUICE_INVALID_ARGUMENT',
    /Float64Array for outcomes/,
  ],
  [
    'a treatment of other numbers',
    { treatment: Float64Array.from(data.treatment) as never },
    'ERR_SLUICE_INVALID_ARGUMENT',
    /Uint8Array for treatment/,
  ],
  [
    'outcomes without a square',
    { outcomes: data.outcomes.map((y) => y * 1e200) },
    'ERR_SLUICE_NON_FINITE',
    /1e\+100 for outcomes/,
  ],
  [
    'features without a square',
    { features: data.features.map((x) => x * 1e200) },
    'ERR_SLUICE_NON_FINITE',
    /1e\+100 for features/,
  ],
  [
    'outcomes whose differences have no square',
    { outcomes: data.outcomes.map((y) => y * 1e-200) },
    'ERR_SLUICE_INVALID_ARGUMENT',
    /differ by 1e-100/,
  ],
])('refused: %s', (_, change, code, message) => {
  expect(refusal(change)).toMatchObject({ code, message: expect.stringMatching(message) });
});

test('refused: nothing at all, and options that are none', () => {
  const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
  expect(() => checkUpliftData(null as never)).toThrow(invalid);
  expect(() => fitUplift('t', 'ridge', data, null as never)).toThrow(invalid);
});
