/** Are the arguments of the kernels such as they can compute with? Checked once, for every backend. */

import { type SluiceError, unexpected } from '../../errors.ts';
import { checkArray, checkFinite, checkLength, checkNumber, checkWhole } from './check.ts';
import { CheckedActions } from './checked-actions.ts';
import { CheckedPosterior, MAX_WEIGHT } from './checked-posterior.ts';
import type { DecisionKernels } from './kernels.ts';
import type { RawActions, RawKernels } from './raw.ts';

/** The factor of a posterior has the square of it. */
const MAX_DIMENSION = 4096;

/** The contract over what one backend implements. */
export function checkedKernels<A extends RawActions>(raw: RawKernels<A>): DecisionKernels {
  return {
    name: raw.name,

    actions(dimension) {
      checkWhole(dimension, 1, MAX_DIMENSION, 'dimension');
      return new CheckedActions(raw.actions(dimension), dimension, raw);
    },

    posterior(dimension, lambda, prior) {
      checkWhole(dimension, 1, MAX_DIMENSION, 'dimension');
      checkNumber(lambda, 1 / MAX_WEIGHT, MAX_WEIGHT, 'lambda');
      if (prior !== undefined) {
        checkArray(prior, 'Float64Array', 'prior');
        checkLength(prior, dimension, 'prior');
        checkFinite(prior, 'prior', MAX_WEIGHT);
      }
      const copy = prior?.slice() ?? new Float64Array(dimension);
      return new CheckedPosterior<A>(raw.posterior(dimension, lambda, copy), dimension, raw);
    },

    inverseGap(scores, gamma, uniform, propensities) {
      checkArray(scores, 'Float32Array', 'scores');
      if (scores.length === 0) throw unexpected('at least one score', 'scores', scores);
      checkNumber(gamma, 0, Number.MAX_VALUE, 'gamma');
      if (!(uniform >= 0 && uniform < 1)) throw unexpected('a number in [0, 1)', 'uniform', uniform);
      if (propensities !== null) {
        checkArray(propensities, 'Float64Array', 'propensities');
        checkLength(propensities, scores.length, 'propensities');
      }
      const pick = raw.inverseGap(scores, gamma, uniform, propensities);
      if (pick < 0) throw noScore(scores);
      return pick;
    },

    plackettLuce(scores, temperature, key0, key1, picks, propensities) {
      checkArray(scores, 'Float32Array', 'scores');
      checkArray(picks, 'Uint32Array', 'picks');
      checkArray(propensities, 'Float64Array', 'propensities');
      checkNumber(temperature, Number.MIN_VALUE, Number.MAX_VALUE, 'temperature');
      const count = Math.min(picks.length, scores.length);
      if (propensities.length < count) {
        const expected = `at least ${count} numbers`;
        throw unexpected(expected, 'propensities', propensities.length, 'ERR_SLUICE_DIMENSION_MISMATCH');
      }
      if (!raw.plackettLuce(scores, temperature, key0 >>> 0, key1 >>> 0, picks, propensities)) {
        throw noScore(scores);
      }
    },
  };
}

/** Names the score that is NaN or infinite. */
function noScore(scores: Float32Array): SluiceError {
  const i = scores.findIndex((score) => Number.isNaN(score) || score === Number.POSITIVE_INFINITY);
  const expected = 'a number below infinity';
  return unexpected(expected, `scores[${i}]`, scores[i], 'ERR_SLUICE_NON_FINITE');
}
