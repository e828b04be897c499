import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  clippedIps,
  dm,
  dr,
  dros,
  ips,
  replay,
  sndr,
  snips,
  switchDr,
} from '../../../src/counterfactual/item/estimators.ts';
import { tuneBySlope } from '../../../src/counterfactual/item/slope.ts';
import type { LoggedChoices } from '../../../src/counterfactual/logged-choices.ts';

type Tuned = 'clippedIps' | 'switchDr' | 'dros';

interface Reference {
  readonly rewards: number[];
  readonly actions: number[];
  readonly loggingPropensities: number[];
  readonly target: number[][];
  readonly model: number[][];
  readonly parameters: number[];
  readonly estimates: Record<string, number>;
  readonly tuned: Record<Tuned, number[]>;
  readonly slope: Record<Tuned, { chosen: number; value: number }>;
}

const { logs } = JSON.parse(
  readFileSync(new URL('../fixtures/open-bandit-pipeline.json', import.meta.url), 'utf8'),
) as { logs: Reference[] };

function choicesOf({ rewards, actions, loggingPropensities, target, model }: Reference): LoggedChoices {
  const expected = target.map((row, i) => {
    const mass = row.reduce((sum, p) => sum + p, 0);
    return row.reduce((sum, p, action) => sum + p * model[i][action], 0) / mass;
  });
  return {
    rewards: Float64Array.from(rewards),
    loggingPropensities: Float64Array.from(loggingPropensities),
    targetPropensities: Float64Array.from(target, (row, i) => row[actions[i]]),
    model: {
      taken: Float64Array.from(model, (row, i) => row[actions[i]]),
      expected: Float64Array.from(expected),
    },
  };
}

const options = { resamples: 1 };
const plain = { dm, ips, snips, dr, sndr, replay };
const tuned = { clippedIps, switchDr, dros };

describe.each(logs.map((reference, i) => ({ i, reference })))(
  'on log $i of the Open Bandit Pipeline',
  ({ reference }) => {
    const log = choicesOf(reference);

    test.each(Object.entries(reference.estimates))('%s equals its estimate within 1e-12', (name, value) => {
      const estimator = plain[name as keyof typeof plain](options);
      expect(Math.abs(estimator.estimate(log).value - value)).toBeLessThanOrEqual(1e-12);
      expect(estimator.name).toBe(name);
    });

    test.each(Object.keys(tuned) as Tuned[])('%s equals its estimates at every parameter', (name) => {
      reference.parameters.forEach((parameter, i) => {
        const { value } = tuned[name]({ ...options, parameter }).estimate(log);
        expect(Math.abs(value - reference.tuned[name][i])).toBeLessThanOrEqual(1e-12);
      });
    });

    test.each(Object.keys(tuned) as Tuned[])('SLOPE chooses as it does for %s', (name) => {
      const choice = tuneBySlope(log, name, reference.parameters);
      expect(Math.abs(choice.value - reference.slope[name].value)).toBeLessThanOrEqual(1e-12);
      // Under a deterministic target several parameters bound the same weights.
      if (!('replay' in reference.estimates)) expect(choice.parameter).toBe(reference.slope[name].chosen);
    });
  },
);

test('the logs of the Open Bandit Pipeline cover every estimator', () => {
  expect(logs).toHaveLength(6);
  expect(new Set(logs.flatMap(({ estimates }) => Object.keys(estimates)))).toEqual(
    new Set(Object.keys(plain)),
  );
});
