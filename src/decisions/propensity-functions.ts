/** Which propensities can another thread compute? Those of the functions in this table, by their names. */

import type { PropensityTask } from '../funnel/policy.ts';
import type { RandomStream } from '../numerics/random.ts';
import {
  type BetaThompsonSlate,
  betaThompsonPropensities,
} from './context-free/beta-thompson-propensities.ts';
import {
  type GaussianThompsonSlate,
  gaussianThompsonPropensities,
} from './context-free/gaussian-thompson-propensities.ts';
import {
  type ContextualThompsonSlate,
  contextualThompsonPropensities,
} from './contextual/thompson-propensities.ts';
import { type PlackettLuceSlate, plackettLucePropensities } from './slates/plackett-luce-propensities.ts';

/** Unbiased propensities of a slate from so many posterior draws. Pure: the same arguments give the same bits. */
export type PropensityFunction = (
  given: PropensityTask['with'],
  random: RandomStream,
  draws: number,
) => Float64Array;

/** A policy names its own in {@link PropensityTask}. */
export const PROPENSITY_FUNCTIONS: Readonly<Record<string, PropensityFunction>> = {
  'beta-thompson': (given, random, draws) =>
    betaThompsonPropensities(given as unknown as BetaThompsonSlate, random, draws),
  'contextual-thompson': (given, random, draws) =>
    contextualThompsonPropensities(given as unknown as ContextualThompsonSlate, random, draws),
  'gaussian-thompson': (given, random, draws) =>
    gaussianThompsonPropensities(given as unknown as GaussianThompsonSlate, random, draws),
  'plackett-luce': (given, random, draws) =>
    plackettLucePropensities(given as unknown as PlackettLuceSlate, random, draws),
};
