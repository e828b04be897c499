/** How does a policy learn from clicks without taking unseen for unwanted? Its feedback passes through a click model. */

import { unexpected } from '../../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import { RandomStream } from '../../numerics/random.ts';
import { checkFeedback } from '../checks.ts';
import { column } from '../context-free/state.ts';
import { nest, nested } from '../nested-state.ts';
import { PolicyWrapper } from '../policy-wrapper.ts';
import type { ClickModel } from './click-model.ts';

/** Settings of {@link ClickCorrected}. */
export interface ClickCorrectedOptions {
  /** Learns from what the model makes of the feedback. */
  readonly policy: Policy;
  readonly model: ClickModel;
  /**
   * `examined` hands over the places that were examined, for policies that count outcomes; `discounted` all places with
   * lowered scores, for those that compare outcomes with what the scores promised. @default 'examined'
   */
  readonly by?: 'examined' | 'discounted';
}

/**
 * A policy that chooses as the wrapped one and learns through a click model. Each feedback is one slate, first place
 * first, as the engine hands it over.
 *
 * Where the model draws which places were examined, the draws depend on the number of slates learned alone.
 *
 * @example
 * ```ts
 * const policy = new ClickCorrected({ policy: new BetaThompson({ arms: 3 }), model: new CascadeModel() });
 * const scores = Float32Array.of(0.2, 0.2, 0.2);
 * policy.update({ rows: Uint32Array.of(0, 1, 2), scores, rewards: Float64Array.of(0, 1, 0) });
 * policy.snapshot()['policy/expected']; // [0.2, 0.2, 0]
 * ```
 */
export class ClickCorrected extends PolicyWrapper {
  readonly name: string;
  override readonly keepsRules: boolean;
  readonly #model: ClickModel;
  readonly #discounts: boolean;
  #slates = 0;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for another `by`, or one that the model does not know. */
  constructor({ policy, model, by = 'examined' }: ClickCorrectedOptions) {
    super(policy);
    if (by !== 'examined' && by !== 'discounted') throw unexpected('"examined" or "discounted"', 'by', by);
    if (typeof (model as ClickModel | undefined)?.examined !== 'function') {
      throw unexpected('a click model, such as a CascadeModel,', 'model', model);
    }
    if (by === 'discounted' && !model.discounted) {
      throw unexpected('"examined", since this model knows no examination of a place', 'by', by);
    }
    this.#model = model;
    this.#discounts = by === 'discounted';
    this.keepsRules = policy instanceof PolicyWrapper && policy.keepsRules;
    this.name = `click-corrected@1 ${JSON.stringify({ model: model.name, by })} ${policy.name}`;
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    return this.policy.choose(pool, size, random);
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    return this.policy.propensity(pool, picks, random, draws);
  }

  override update(feedback: Feedback): void {
    // Before the model copies what it keeps, so that nothing wrong is lost or changed on the way.
    checkFeedback(feedback, 2 ** 32);
    const corrected =
      this.#discounts && this.#model.discounted
        ? this.#model.discounted(feedback)
        : this.#model.examined(feedback, new RandomStream(this.#slates, 'examined'));
    super.update(corrected);
    this.#slates++;
  }

  override snapshot(): PolicyState {
    return nest({ policy: this.policy.snapshot(), clicks: { slates: Float64Array.of(this.#slates) } });
  }

  override restore(state: PolicyState): void {
    const [slates] = column(nested(state, 'clicks'), 'slates', 1);
    super.restore(nested(state, 'policy'));
    this.#slates = slates;
  }
}
