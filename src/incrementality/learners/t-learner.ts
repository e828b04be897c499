/** What is the effect if each arm has its own model? Their difference: the T-learner. */

import type { LearnerInput, UpliftModel } from './learner.ts';
import { fitArm } from './nuisances.ts';

/** Fits an outcome model per arm; the effect is their difference (Kuenzel et al. 2019). Cost: two half fits. */
export function fitTLearner(input: LearnerInput): UpliftModel {
  const control = fitArm(input, 0);
  const treated = fitArm(input, 1);
  return {
    predict: (features) => {
      const without = control.predict(features);
      return treated.predict(features).map((outcome, i) => outcome - without[i]);
    },
  };
}
