/** What does each estimator of single choices make of the importance weight? */

import type { Weighting } from './weighting.ts';

/** Estimators whose parameter SLOPE can choose. */
export const TUNED_ESTIMATORS = ['clippedIps', 'switchDr', 'dros'] as const;

/** Name of one of them. */
export type TunedEstimator = (typeof TUNED_ESTIMATORS)[number];

/** Estimators of the form {@link Weighting} by their parameter; those without one ignore it. */
export const WEIGHTINGS = {
  dm: () => ({ weigh: () => 0, usesModel: true, selfNormalised: false }),
  ips: () => ({ weigh: (w) => w, usesModel: false, selfNormalised: false }),
  snips: () => ({ weigh: (w) => w, usesModel: false, selfNormalised: true }),
  clippedIps: (most) => ({ weigh: (w) => Math.min(w, most), usesModel: false, selfNormalised: false }),
  dr: () => ({ weigh: (w) => w, usesModel: true, selfNormalised: false }),
  sndr: () => ({ weigh: (w) => w, usesModel: true, selfNormalised: true }),
  switchDr: (most) => ({ weigh: (w) => (w <= most ? w : 0), usesModel: true, selfNormalised: false }),
  dros: (lambda) => ({ weigh: (w) => shrunken(w, lambda), usesModel: true, selfNormalised: false }),
} as const satisfies Record<string, (parameter: number) => Weighting>;

/** The weight of DRos: lambda w / (w^2 + lambda). */
function shrunken(weight: number, lambda: number): number {
  if (lambda === Number.POSITIVE_INFINITY || weight === 0) return weight;
  return (lambda * weight) / (weight * weight + lambda);
}
