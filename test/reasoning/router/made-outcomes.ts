/** Outcomes with a known gain, for tests of learners. */

import { RandomStream } from '../../../src/numerics/random.ts';
import { ROUTE_FEATURES } from '../../../src/reasoning/router/features.ts';
import type { KnownGain } from '../../../src/reasoning/router/fit-gain.ts';

const COMMON = 'a film about some of the people who live in this town and what they do all day'.split(' ');
const TELLING = ['rainy', 'wistful', 'glacial'];

/** A request with the gain that is expected of it. */
export interface MadeOutcome extends KnownGain {
  readonly expected: number;
}

/**
 * Gains of 0.4 x first feature + 0.3 for a telling word - 0.1, each 1, 0 or -1 by chance of that mean; or, with a `step`,
 * that mean with or without it.
 */
export function madeOutcomes(n: number, seed: number, step?: number): MadeOutcome[] {
  const random = new RandomStream(seed, 'made outcomes');
  return Array.from({ length: n }, () => {
    const features = Float64Array.from(ROUTE_FEATURES, () => random.uniform());
    const words = Array.from({ length: 6 }, () => COMMON[random.below(COMMON.length)]);
    const telling = random.uniform() < 0.4;
    if (telling) words[random.below(6)] = TELLING[random.below(TELLING.length)];
    const expected = 0.4 * features[0] + (telling ? 0.3 : 0) - 0.1;
    const draw = random.uniform();
    const moved = 0.7;
    const whole = draw < (moved + expected) / 2 ? 1 : draw < moved ? -1 : 0;
    const gain = step === undefined ? whole : expected + (draw < 0.5 ? step : -step);
    return { features, text: words.join(' '), gain, expected };
  });
}
