/** What is the effect if one model knows of the treatment as of any feature? The S-learner, with interactions. */

import { fitOutcome } from '../bases/fit-base.ts';
import { scalesOf, standardise } from '../bases/standardise.ts';
import type { LearnerInput, UpliftModel } from './learner.ts';

/**
 * Fits one outcome model over features and treatment; the effect is its difference between treated and not (Kuenzel et
 * al. 2019). Linear bases get the products of features and treatment too, without which every effect would be the same;
 * trees find them. The treatment is coded -1 and 1, so that neither arm is the special one, and bears no penalty.
 * Cost: a fit, for linear bases of twice the features.
 */
export function fitSLearner({ data, base }: LearnerInput): UpliftModel {
  const { treatment, dimension, outcomes: targets } = data;
  const scales = scalesOf(data);
  const write = base === 'trees' ? appended : interacted;
  const design = (features: Float64Array, arm: (row: number) => number): Float64Array =>
    write(base === 'trees' ? features : standardise(features, scales), dimension, (row) => 2 * arm(row) - 1);
  const features = design(data.features, (row) => treatment[row]);
  const width = features.length / treatment.length;
  const fitted = fitOutcome(base, { features, dimension: width, targets, free: 1 });
  return {
    predict: (rows) => {
      const without = fitted.predict(design(rows, () => 0));
      return fitted.predict(design(rows, () => 1)).map((outcome, i) => outcome - without[i]);
    },
  };
}

/** treatment, features */
function appended(features: Float64Array, d: number, arm: (row: number) => number): Float64Array {
  const n = features.length / d;
  const out = new Float64Array(n * (d + 1));
  for (let i = 0; i < n; i++) {
    out[i * (d + 1)] = arm(i);
    for (let j = 0; j < d; j++) out[i * (d + 1) + 1 + j] = features[i * d + j];
  }
  return out;
}

/** treatment, features, treatment x features */
function interacted(features: Float64Array, d: number, arm: (row: number) => number): Float64Array {
  const n = features.length / d;
  const width = 2 * d + 1;
  const out = new Float64Array(n * width);
  for (let i = 0; i < n; i++) {
    const sign = arm(i);
    out[i * width] = sign;
    for (let j = 0; j < d; j++) {
      out[i * width + 1 + j] = features[i * d + j];
      out[i * width + 1 + d + j] = sign * features[i * d + j];
    }
  }
  return out;
}
