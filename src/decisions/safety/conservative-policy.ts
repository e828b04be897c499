/** How is exploration kept from costing more than was agreed? Never below (1 - alpha) of a baseline's reward. */

import { SluiceError, unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkPicks, checkSize } from '../checks.ts';
import { nest, nested } from '../nested-state.ts';
import { needPolicy, PolicyWrapper } from '../policy-wrapper.ts';
import type { RewardConfidence } from './reward-confidence.ts';

/** Settings of {@link ConservativePolicy}. */
export interface ConservativePolicyOptions {
  /** Chooses where that is surely affordable. */
  readonly policy: Policy;
  /** What would be shown otherwise; must not explore. */
  readonly baseline: Policy;
  /** What is known of the rewards, at level 1 - delta. */
  readonly confidence: RewardConfidence;
  /** The share of the baseline's reward that may be lost, in (0, 1). */
  readonly alpha: number;
  /** Expected reward of each item that the baseline shows, where it is known; else it is bounded like any other. */
  readonly baselineReward?: number;
  /** No item's expected reward is below this; at most 0. @default 0 */
  readonly leastReward?: number;
}

/**
 * Conservative exploration: with probability at least 1 - delta, at every round t the expected reward of all that was
 * shown up to t is at least (1 - alpha) times that of the baseline's slates in its place. A slate's reward is the sum of
 * its items'.
 *
 * The margin is M = sum of mu(shown) - (1 - alpha) sum of mu(baseline). The policy may choose at round t when the lower
 * confidence bound of M, with this round's baseline charged and this round's slate counted at the least that any slate
 * may earn, is not negative; else the baseline is shown, which only adds alpha mu(baseline). So M >= 0 always, as long as
 * the confidence set holds. This is the rule of Wu et al. (ICML 2016, {@link ArmConfidence}) and of Kazerouni et al.
 * ("Conservative Contextual Linear Bandits", NIPS 2017, {@link LinearConfidence}) for known and unknown baselines, but
 * decides before the slate is drawn, so that propensities are the wrapped policy's, or 1 for the baseline: one slate's
 * reward more is held back. What is shown counts at once, whenever its outcome arrives: no delay breaks it that does not
 * depend on the outcome. Choosing spends: the state changes with every decision.
 *
 * @example
 * ```ts
 * const policy = new ConservativePolicy({
 *   policy: new BetaThompson({ arms: 3 }),
 *   baseline: new EpsilonGreedy({ arms: 3, epsilon: 0 }),
 *   confidence: new ArmConfidence({ arms: 3, delta: 0.05 }),
 *   alpha: 0.1,
 * });
 * const pool = { rows: Uint32Array.of(0, 1, 2), scores: Float32Array.of(0.2, 0.9, 0.1) };
 * policy.choose(pool, 1, new RandomStream(1, 'decision-1')).picks; // [1]
 * ```
 */
export class ConservativePolicy extends PolicyWrapper {
  readonly name: string;
  override readonly spends = true;
  override readonly keepsRules: boolean;
  override readonly contextual: boolean;
  readonly #baseline: Policy;
  readonly #confidence: RewardConfidence;
  readonly #alpha: number;
  readonly #known: number | undefined;
  readonly #least: number;
  /** The part of the margin that is known, in rewards of the baseline. */
  #credit = 0;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range, or a baseline that explores. */
  constructor({
    policy,
    baseline,
    confidence,
    alpha,
    baselineReward,
    leastReward = 0,
  }: ConservativePolicyOptions) {
    super(policy);
    if (!(alpha > 0 && alpha < 1)) throw unexpected('a share between 0 and 1', 'alpha', alpha);
    if (typeof (confidence as RewardConfidence | undefined)?.book !== 'function') {
      throw unexpected('what bounds rewards, such as ArmConfidence,', 'confidence', confidence);
    }
    if (needPolicy('baseline', baseline).explores)
      throw unexpected('a policy that does not explore', 'baseline', baseline.name);
    if (baselineReward !== undefined && !(baselineReward > 0 && Number.isFinite(baselineReward))) {
      throw unexpected('a reward above 0', 'baselineReward', baselineReward);
    }
    if (!(leastReward <= 0 && Number.isFinite(leastReward))) {
      throw unexpected('a number of at most 0', 'leastReward', leastReward);
    }
    this.#baseline = baseline;
    this.keepsRules = policy instanceof PolicyWrapper && policy.keepsRules;
    this.contextual = [policy, baseline, confidence].some((part) => part.contextual);
    this.#confidence = confidence;
    this.#alpha = alpha;
    this.#known = baselineReward;
    this.#least = leastReward;
    const settings = JSON.stringify({ alpha, baselineReward, leastReward });
    this.name = `conservative@1 ${settings} ${confidence.name} (${baseline.name}) ${policy.name}`;
  }

  override close(): void {
    super.close();
    this.#baseline.close?.();
    this.#confidence.close?.();
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const safe = this.#baseline.choose(pool, size, random);
    const choice = this.#affordable(pool, safe.picks) ? this.policy.choose(pool, size, random) : safe;
    const { picks } = choice;
    const same = picks.length === safe.picks.length && picks.every((pick, k) => pick === safe.picks[k]);
    if (this.#known === undefined) {
      this.#confidence.book(pool, safe.picks, same ? this.#alpha : this.#alpha - 1);
    } else {
      this.#credit += (same ? this.#alpha : this.#alpha - 1) * safe.picks.length * this.#known;
    }
    if (!same) this.#confidence.book(pool, picks, 1);
    return choice;
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    checkPicks(picks, pool.rows.length);
    const safe = this.#baseline.choose(pool, picks.length, random).picks;
    const policy = this.#affordable(pool, safe) ? this.policy : this.#baseline;
    return policy.propensity(pool, picks, random, draws);
  }

  /** @throws what the confidence set or the wrapped policy refuses; nothing is learned then. */
  override update(feedback: Feedback): void {
    this.#confidence.check(feedback);
    super.update(feedback);
    if (this.#baseline !== this.policy) this.#baseline.update(feedback);
    this.#confidence.learn(feedback);
  }

  override snapshot(): PolicyState {
    return nest({
      policy: this.policy.snapshot(),
      baseline: this.#baseline.snapshot(),
      confidence: this.#confidence.snapshot(),
      margin: { credit: Float64Array.of(this.#credit) },
    });
  }

  override restore(state: PolicyState): void {
    const { credit } = nested(state, 'margin');
    if (credit?.length !== 1) {
      throw new SluiceError('ERR_SLUICE_INVALID_ARGUMENT', 'Expected the state of a conservative policy', {
        remedy: 'Restore the state that this policy saved.',
      });
    }
    this.#confidence.restore(nested(state, 'confidence'));
    this.#baseline.restore(nested(state, 'baseline'));
    super.restore(nested(state, 'policy'));
    this.#credit = credit[0];
  }

  #affordable(pool: Pool, safe: Uint32Array): boolean {
    const charge = this.#alpha - 1;
    const worst = safe.length * this.#least;
    const bound =
      this.#known === undefined
        ? this.#confidence.lowerBound(pool, safe, charge)
        : this.#confidence.lowerBound(pool, safe, 0) + charge * safe.length * this.#known;
    return this.#credit + bound + worst >= 0;
  }
}
