/** Which clip, switch or shrinkage suits a log? The least variance whose bias does not show: SLOPE. */

import { unexpected } from '../../errors.ts';
import { studentQuantile } from '../../numerics/student.ts';
import { influence } from '../intervals/round-terms.ts';
import { checkLoggedChoices, importanceWeights, type LoggedChoices } from '../logged-choices.ts';
import { roundTerms } from './weighting.ts';
import { TUNED_ESTIMATORS, type TunedEstimator, WEIGHTINGS } from './weightings.ts';

/** What SLOPE chose. */
export interface SlopeChoice {
  readonly parameter: number;
  readonly value: number;
}

/** Probability that one side of a confidence interval of SLOPE fails. */
const DELTA = 0.1;

/**
 * The parameter of an estimator chosen from the log by SLOPE (Su, Srinath, Krishnamurthy 2020), with the constant of
 * Tucker and Lee 2021.
 *
 * Candidates stand in order of falling width of their Student t interval; one after another is taken while its value
 * lies within width + (sqrt(6) - 1) x earlier width of all before it, for beyond that its bias shows. Cost: one pass
 * over the log per candidate.
 *
 * @param given candidates, parameters from 0. @default powers of 2 up to the largest weight (for `dros` squared, and up to
 * where it hardly changes that weight); for `clippedIps` those that leave half of all weight
 * @throws ERR_SLUICE_INVALID_ARGUMENT for no candidates, one below 0, fewer than 2 rounds or another estimator;
 * what `checkLoggedChoices` refuses.
 * @example
 * ```ts
 * tuneBySlope(choices, 'switchDr', [0, 1]); // { parameter: 0, value: 0.5 }
 * ```
 */
export function tuneBySlope(
  log: LoggedChoices,
  name: TunedEstimator,
  given?: readonly number[],
): SlopeChoice {
  if (!TUNED_ESTIMATORS.includes(name)) {
    throw unexpected(`one of ${TUNED_ESTIMATORS.join(', ')}`, 'name', name);
  }
  checkLoggedChoices(log);
  const n = log.rewards.length;
  const candidates = given ?? candidatesFor(log, name);
  if (candidates.length === 0) throw unexpected('at least one parameter', 'candidates', candidates);
  if (n < 2) throw unexpected('at least 2 rounds', 'rewards', n);
  const bad = candidates.find((candidate) => !(candidate >= 0));
  if (bad !== undefined) throw unexpected('numbers from 0', 'candidates', bad);
  const far = studentQuantile(1 - DELTA, n - 1);
  const ordered = [...candidates]
    .sort((a, b) => b - a)
    .map((parameter) => {
      const values = influence(roundTerms(log, WEIGHTINGS[name](parameter)));
      let value = 0;
      for (let i = 0; i < n; i++) value += values[i] / n;
      let squares = 0;
      for (let i = 0; i < n; i++) squares += (values[i] - value) ** 2;
      return { parameter, value, width: far * Math.sqrt(squares / n / (n - 1)) };
    })
    .sort((a, b) => b.width - a.width);
  let chosen = ordered[0];
  for (let i = 1; i < ordered.length; i++) {
    const { value, width } = ordered[i];
    const near = ordered
      .slice(0, i)
      .every((earlier) => Math.abs(earlier.value - value) <= width + (Math.sqrt(6) - 1) * earlier.width);
    if (!near) break;
    chosen = ordered[i];
  }
  return { parameter: chosen.parameter, value: chosen.value };
}

/** The least share of all weight that clipping may leave: the rest counts as reward 0, and no model stands in for it. */
const LEAST_KEPT = 0.5;

/** Powers of 2 from 1 to the largest weight, so that the last one changes no weight, or for DRos hardly any. */
function candidatesFor(log: LoggedChoices, name: TunedEstimator): number[] {
  const weights = importanceWeights(log);
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 1);
  const limit = name === 'dros' ? 32 * largest : largest;
  const candidates = [limit];
  for (let weight = 1; weight < limit; weight *= 2) candidates.push(weight);
  if (name === 'dros') return candidates.map((weight) => weight * weight);
  if (name === 'switchDr') return candidates;
  const keeps = (most: number): number => weights.reduce((sum, weight) => sum + Math.min(weight, most), 0);
  const all = keeps(limit);
  return candidates.filter((most) => keeps(most) >= LEAST_KEPT * all);
}
