/** Which picture of a title is shown? The variants of one title as the arms of any policy. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';

/** One variant that was chosen. */
export interface ArtworkChoice {
  /** Number of the variant of its title, from 0. */
  readonly variant: number;
  /** P(this variant | the title is shown), or null where it has no closed form: then `choice` estimates it. */
  readonly propensity: number | null;
  readonly choice: Choice;
}

/**
 * Arms for the artwork of titles: each variant of each title is one, and a choice is among those of one title, which
 * stands where it stands. All start from the title's own P(play), so that nothing but outcomes tells them apart.
 *
 * Whichever policy chose the title, its propensity times that of the variant is that of the pair.
 *
 * @example
 * ```ts
 * const artwork = new ArtworkVariants(Uint32Array.of(1, 3));
 * const policy = new BetaThompson({ arms: artwork.arms });
 * const { variant } = artwork.choose(policy, 1, 0.2, new RandomStream(1, 'decision-1'));
 * policy.update(artwork.feedback({ title: 1, variant, score: 0.2, reward: 1 }));
 * artwork.arms; // 4
 * ```
 */
export class ArtworkVariants {
  readonly #first: Uint32Array;

  /** @param counts variants of each title, at least 1. @throws ERR_SLUICE_INVALID_ARGUMENT for a title without any. */
  constructor(counts: Uint32Array) {
    const none = counts.indexOf(0);
    if (none >= 0) throw unexpected('at least one variant', `counts[${none}]`, 0);
    this.#first = new Uint32Array(counts.length + 1);
    counts.forEach((count, title) => {
      this.#first[title + 1] = this.#first[title] + count;
    });
  }

  /** How many arms a policy needs. */
  get arms(): number {
    return this.#first[this.#first.length - 1];
  }

  /** The variants of a title as a pool. @param score P(play) of the title. @throws ERR_SLUICE_INVALID_ARGUMENT. */
  pool(title: number, score: number): Pool {
    const { from, count } = this.#range(title);
    if (!(score > 0 && score < 1)) throw unexpected('a probability between 0 and 1', 'score', score);
    return {
      rows: Uint32Array.from({ length: count }, (_, variant) => from + variant),
      scores: new Float32Array(count).fill(score),
    };
  }

  /** Chooses one variant of a title. @throws ERR_SLUICE_INVALID_ARGUMENT. */
  choose(policy: Policy, title: number, score: number, random: RandomStream): ArtworkChoice {
    const choice = policy.choose(this.pool(title, score), 1, random);
    return { variant: choice.picks[0], propensity: choice.propensities?.[0] ?? null, choice };
  }

  /** What came of a variant, for the policy to learn. @throws ERR_SLUICE_INVALID_ARGUMENT. */
  feedback({
    title,
    variant,
    score,
    reward,
  }: {
    readonly title: number;
    readonly variant: number;
    readonly score: number;
    readonly reward: number;
  }): Feedback {
    const { from, count } = this.#range(title);
    if (!(Number.isInteger(variant) && variant >= 0 && variant < count)) {
      throw unexpected(`a variant below ${count}`, 'variant', variant);
    }
    return {
      rows: Uint32Array.of(from + variant),
      scores: Float32Array.of(score),
      rewards: Float64Array.of(reward),
    };
  }

  #range(title: number): { from: number; count: number } {
    const titles = this.#first.length - 1;
    if (!(Number.isInteger(title) && title >= 0 && title < titles)) {
      throw unexpected(`a title below ${titles}`, 'title', title);
    }
    return { from: this.#first[title], count: this.#first[title + 1] - this.#first[title] };
  }
}
