/** Which freshly launched title should stand in the hero slot? That question as a bandit problem. */

import { unexpected } from '../errors.ts';
import { type BanditProblem, stationaryProblem } from './bandit-problem.ts';
import { ACTIVITY_BY_HOUR } from './rhythm.ts';
import { WeightedDraw } from './weighted-draw.ts';
import type { World } from './world.ts';

/**
 * The launched titles of a world as arms: arm i is `world.titles.launched[i]`.
 *
 * A pull shows the title to a member drawn by activity at an hour drawn by the daily rhythm; the mean is that of
 * P(play | shown) over all members and hours with the same weights, hence exact. Cost: 24 evaluations per arm and
 * member, a second for 40 launches and 5,000 members.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a world without launches.
 * @example
 * ```ts
 * const problem = launchProblem(createWorld());
 * problem.arms; // 40
 * ```
 */
export function launchProblem(world: World): BanditProblem & { readonly means: Float64Array } {
  const { launched } = world.titles;
  const { activity } = world.members;
  if (launched.length === 0) throw unexpected('a world with launches', 'world', 'none');
  const total = activity.reduce((sum, weight) => sum + weight, 0);
  const means = Float64Array.from(launched, (title) => {
    let mean = 0;
    for (let member = 0; member < activity.length; member++) {
      for (let hour = 0; hour < 24; hour++) {
        const weight = (activity[member] / total) * ACTIVITY_BY_HOUR[hour];
        mean += weight * world.playProbability(member, title, hour);
      }
    }
    return mean;
  });
  const members = new WeightedDraw(activity);
  const hours = new WeightedDraw(ACTIVITY_BY_HOUR);
  return stationaryProblem('launch', means, (arm, random) => {
    const member = members.next(random);
    const hour = hours.next(random);
    return random.uniform() < world.playProbability(member, launched[arm], hour) ? 1 : 0;
  });
}
