/** What is the effect if each arm has its own model? Their difference: the T-learner. */

import { rowsWhere, take, takeRows } from './folds.ts';
import type { LearnerInput, UpliftModel } from './learner.ts';

/** Fits an outcome model per arm; the effect is their difference (Kuenzel et al. 2019). Cost: two half fits. */
export function fitTLearner({ data, fitOutcome }: LearnerInput): UpliftModel {
  const [control, treated] = [0, 1].map((arm) => {
    const rows = rowsWhere(data.treatment.length, (i) => data.treatment[i] === arm);
    return fitOutcome({
      features: takeRows(data.features, data.dimension, rows),
      dimension: data.dimension,
      targets: take(data.outcomes, rows),
    });
  });
  return {
    predict: (features) => {
      const without = control.predict(features);
      return treated.predict(features).map((outcome, i) => outcome - without[i]);
    },
  };
}
