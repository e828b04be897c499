/** What is the effect if each arm is held against what the other's model says of it? The X-learner. */

import { fitEffect } from '../bases/fit-base.ts';
import { rowsWhere, takeRows } from './folds.ts';
import type { LearnerInput, UpliftModel } from './learner.ts';
import { fitArm, fitPropensity } from './nuisances.ts';

/**
 * Imputes the effect on each row with the outcome model of the other arm, learns those effects in each arm, and weighs
 * the two by the propensity (Kuenzel et al. 2019): where few are treated the many controls' model is imputed from, and
 * the effects of the treated count most. Cost: four half fits and a propensity model.
 */
export function fitXLearner(input: LearnerInput): UpliftModel {
  const { data, base } = input;
  const { features, dimension, treatment, outcomes } = data;
  const [ofControls, ofTreated] = ([0, 1] as const).map((arm) => {
    const other = fitArm(input, arm === 0 ? 1 : 0);
    const rows = rowsWhere(treatment.length, (i) => treatment[i] === arm);
    const own = takeRows(features, dimension, rows);
    const sign = arm === 1 ? 1 : -1;
    const targets = other.predict(own).map((imputed, i) => sign * (outcomes[rows[i]] - imputed));
    return fitEffect(base, { features: own, dimension, targets });
  });
  const propensity = fitPropensity(data);
  return {
    predict: (rows) => {
      const control = ofControls.predict(rows);
      const treated = ofTreated.predict(rows);
      return propensity.predict(rows).map((p, i) => p * control[i] + (1 - p) * treated[i]);
    },
  };
}
