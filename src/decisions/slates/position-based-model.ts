/** What if a place is seen with a probability of its own? The position-based model. */

import { unexpected } from '../../errors.ts';
import type { Feedback } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { type ClickModel, feedbackOf } from './click-model.ts';

/**
 * The position-based model (Richardson, Dominowska and Ragno, WWW 2007; examined in Craswell et al. 2008): place k is
 * examined with probability `examination[k]` whatever stands there, and an examined item is clicked with its attraction.
 * {@link fitPositionBased} learns the examinations from logged slates.
 *
 * @example
 * ```ts
 * const model = new PositionBasedModel([1, 0.5]);
 * const seen = { rows: Uint32Array.of(7, 5), scores: Float32Array.of(0.2, 0.2), rewards: Float64Array.of(0, 0) };
 * model.discounted(seen).scores; // [0.2, 0.1]
 * ```
 */
export class PositionBasedModel implements ClickModel {
  readonly name: string;
  /** P(examined) by place. */
  readonly examination: Float64Array;

  /** @param examination in (0, 1]. @throws ERR_SLUICE_INVALID_ARGUMENT for another number. */
  constructor(examination: ArrayLike<number>) {
    this.examination = Float64Array.from(examination);
    this.examination.forEach((probability, place) => {
      if (!(probability > 0 && probability <= 1)) {
        throw unexpected('a probability above 0', `examination[${place}]`, probability);
      }
    });
    this.name = `position-based@1 ${JSON.stringify([...this.examination])}`;
  }

  simulate(attraction: ArrayLike<number>, random: RandomStream): Float64Array {
    this.#checkLength(attraction.length);
    return Float64Array.from(attraction, (probability, place) =>
      random.uniform() < this.examination[place] * probability ? 1 : 0,
    );
  }

  /**
   * Keeps what was clicked, and each other place with P(examined | not clicked) = g (1 - a) / (1 - g a), g its
   * examination and a the attraction that its score promises: as many places as were examined, on average, if that is
   * right. For policies that count what they were shown; where scores are what is expected, {@link discounted} is better.
   */
  examined(feedback: Feedback, random: RandomStream): Feedback {
    const { rows, scores, rewards } = feedback;
    this.#checkLength(rows.length);
    const places: number[] = [];
    for (let place = 0; place < rows.length; place++) {
      const g = this.examination[place];
      const a = Math.min(Math.max(scores[place], 0), 1);
      const unclicked = g === 1 ? 1 : (g * (1 - a)) / (1 - g * a);
      if (random.uniform() < unclicked || rewards[place] > 0) places.push(place);
    }
    return feedbackOf(feedback, places);
  }

  /**
   * The feedback with each score times the examination of its place: the success that was to be expected there. A policy
   * that compares observed with expected successes ({@link BetaThompson}, {@link EpsilonGreedy}) so learns from clicks
   * over examinations, the estimator of Lagree, Vernade and Cappe ("Multiple-play bandits in the position-based model",
   * NIPS 2016), without bias and without chance.
   */
  discounted(feedback: Feedback): Feedback {
    this.#checkLength(feedback.rows.length);
    return { ...feedback, scores: feedback.scores.map((score, place) => score * this.examination[place]) };
  }

  #checkLength(places: number): void {
    if (places > this.examination.length) {
      throw unexpected(`slates of at most ${this.examination.length} places`, 'slate', places);
    }
  }
}
