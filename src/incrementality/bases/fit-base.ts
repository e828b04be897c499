/** Which base learner fits outcomes, and which fits effects? By name. */

import { unexpected } from '../../errors.ts';
import { fitBoostedTrees } from './boosted-trees.ts';
import { fitLogisticRidge } from './logistic-ridge.ts';
import type { BaseName, Regression, TrainingRows } from './regression.ts';
import { fitRidge } from './ridge.ts';

/** Outcomes of rows; `free` as for ridge, of which trees know nothing. */
export function fitOutcome(base: BaseName, rows: TrainingRows & { readonly free?: number }): Regression {
  if (base === 'ridge') return fitRidge(rows);
  if (base === 'logistic') return fitLogisticRidge(rows);
  if (base !== 'trees') throw unexpected('one of ridge, logistic, trees', 'base', base);
  const binary = rows.targets.every((target) => target === 0 || target === 1);
  return fitBoostedTrees({ ...rows, loss: binary ? 'logistic' : 'squared' });
}

/** Effects of rows, which are no probabilities: linear, or squared-loss trees. */
export function fitEffect(base: BaseName, rows: TrainingRows): Regression {
  return base === 'trees' ? fitBoostedTrees(rows) : fitRidge(rows);
}
