/** What do policies made of another policy share? Its state, and the memory of what it was at a choice. */

import { unexpected } from '../errors.ts';
import type { Choice, Feedback, Policy, PolicyState, Pool } from '../funnel/policy.ts';
import type { RandomStream } from '../numerics/random.ts';

/** Asks the policy as it was at a moment. */
export type Recall = <Answer>(ask: (policy: Policy) => Answer) => Answer;

/** A policy around another: it learns and expects what that one does, and chooses otherwise. */
export abstract class PolicyWrapper implements Policy {
  abstract readonly name: string;
  readonly explores: boolean;
  readonly spends: boolean;
  readonly contextual: boolean;
  readonly incremental: boolean;
  /** True where arms are pinned or blocked: what puts items of its own into the slate would break that. */
  readonly keepsRules: boolean = false;
  protected readonly policy: Policy;
  /** The span between two changes of state; it keeps the state only when someone asks for it and it has passed. */
  #span: { asked: boolean; state: PolicyState | null } = { asked: false, state: null };

  /** @throws ERR_SLUICE_INVALID_ARGUMENT without a policy. */
  constructor(policy: Policy, explores = needPolicy('policy', policy).explores) {
    needPolicy('policy', policy);
    this.policy = policy;
    this.explores = explores;
    this.spends = policy.spends ?? false;
    this.contextual = policy.contextual ?? false;
    this.incremental = policy.incremental ?? false;
  }

  abstract choose(pool: Pool, size: number, random: RandomStream): Choice;
  abstract propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array;

  score(pool: Pool): Float64Array {
    return this.policy.score(pool);
  }

  update(feedback: Feedback): void {
    this.#leaveSpan();
    this.policy.update(feedback);
  }

  snapshot(): PolicyState {
    return this.policy.snapshot();
  }

  restore(state: PolicyState): void {
    this.#leaveSpan();
    this.policy.restore(state);
  }

  close(): void {
    this.policy.close?.();
  }

  /**
   * The wrapped policy as it is now, to be asked later. Cost: one snapshot at the next change of state; when asked after
   * that, another and two restores.
   */
  protected remember(): Recall {
    const span = this.#span;
    span.asked = true;
    return (ask) => {
      if (span.state === null) return ask(this.policy);
      const now = this.policy.snapshot();
      try {
        this.policy.restore(span.state);
        return ask(this.policy);
      } finally {
        this.policy.restore(now);
      }
    };
  }

  #leaveSpan(): void {
    if (!this.#span.asked) return;
    this.#span.state = this.policy.snapshot();
    this.#span = { asked: false, state: null };
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT for what is no policy. @internal */
export function needPolicy(name: string, policy: Policy): Policy {
  if (typeof (policy as Policy | undefined)?.choose === 'function') return policy;
  throw unexpected('a policy', name, policy);
}

/**
 * For what shows items of its own beside the policy's, or asks the policy more than once for a choice.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT where arms are pinned or blocked within, or the policy spends.
 * @internal
 */
export function refuseRulesAndAccounts(policy: Policy): void {
  refuseRules(policy);
  if (policy.spends) {
    throw unexpected(
      'a policy that spends nothing, for accounts belong around this one',
      'policy',
      policy.name,
    );
  }
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT where arms are pinned or blocked within. @internal */
export function refuseRules(policy: Policy): void {
  if (policy instanceof PolicyWrapper && policy.keepsRules) {
    throw unexpected(
      'a policy without pinned or blocked arms, which belong around this one',
      'policy',
      policy.name,
    );
  }
}
