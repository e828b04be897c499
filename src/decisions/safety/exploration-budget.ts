/** How much may exploration cost? A share of the reward or of the decisions, per surface and window. */

import { SluiceError, unexpected } from '../../errors.ts';
import type { Choice, Policy, PolicyState, Pool } from '../../funnel/policy.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { checkPicks, checkSize } from '../checks.ts';
import { certainChoice, certainPropensity } from '../exact-choice.ts';
import { nest, nested } from '../nested-state.ts';
import { PolicyWrapper, refuseRulesAndAccounts } from '../policy-wrapper.ts';

/** Settings of {@link ExplorationBudget}. */
export interface ExplorationBudgetOptions {
  /** Explores while there is something left. */
  readonly policy: Policy;
  /** At most this share is spent, in [0, 1]. */
  readonly share: number;
  /**
   * Of what: `decisions`, where a slate other than the greedy one costs one; or `reward`, where it costs the expected
   * reward that the greedy slate has more. @default 'reward'
   */
  readonly of?: 'decisions' | 'reward';
  /** Decisions of a surface after which its account starts anew; at least 1. @default 10000 */
  readonly window?: number;
}

/** One surface's window so far. */
interface Account {
  decisions: number;
  spent: number;
  earned: number;
}

/**
 * A policy that explores only while its surface's budget allows it, else shows the greedy slate with propensity 1.
 *
 * At every moment of a window, what was spent is at most `share` of what greedy slates would have earned in it. A
 * decision may explore when even the worst slate of its pool could be paid for; that depends on the state and the pool
 * alone, so that the wrapped policy's propensities hold as they are. Rewards are as the wrapped policy's `score` expects
 * them, at least 0. Choosing spends: the state changes with every decision.
 *
 * @example
 * ```ts
 * const policy = new ExplorationBudget({ policy: new EpsilonGreedy({ arms: 2, epsilon: 1 }), share: 0.25, of: 'decisions' });
 * const pool = { rows: Uint32Array.of(0, 1), scores: Float32Array.of(0.1, 0.9), surface: 'home' };
 * policy.choose(pool, 1, new RandomStream(1, 'decision-1')).propensities; // [1]
 * ```
 */
export class ExplorationBudget extends PolicyWrapper {
  readonly name: string;
  override readonly spends = true;
  readonly #share: number;
  readonly #ofDecisions: boolean;
  readonly #window: number;
  #accounts = new Map<string, Account>();

  /** @throws ERR_SLUICE_INVALID_ARGUMENT for a setting outside its range. */
  constructor({ policy, share, of = 'reward', window = 10_000 }: ExplorationBudgetOptions) {
    super(policy, policy.explores && share > 0);
    refuseRulesAndAccounts(policy);
    if (!(share >= 0 && share <= 1)) throw unexpected('a share from 0 to 1', 'share', share);
    if (of !== 'reward' && of !== 'decisions') throw unexpected('"decisions" or "reward"', 'of', of);
    if (!(Number.isSafeInteger(window) && window >= 1)) {
      throw unexpected('a whole number of at least 1', 'window', window);
    }
    this.#share = share;
    this.#ofDecisions = of === 'decisions';
    this.#window = window;
    this.name = `exploration-budget@1 ${JSON.stringify({ share, of, window })} ${policy.name}`;
  }

  /** What a surface has spent and earned in its window. */
  account(surface = ''): Readonly<Account> {
    const account = this.#accounts.get(surface);
    return account && account.decisions < this.#window
      ? { ...account }
      : { decisions: 0, spent: 0, earned: 0 };
  }

  choose(pool: Pool, size: number, random: RandomStream): Choice {
    checkSize(size);
    const { greedy, values, earns, affordable } = this.#terms(pool, size);
    const choice = affordable ? this.policy.choose(pool, size, random) : certainChoice(greedy);
    const account = { ...this.account(pool.surface) };
    account.decisions++;
    account.earned += earns;
    if (affordable) account.spent += this.#cost(greedy, choice.picks, values);
    this.#accounts.set(pool.surface ?? '', account);
    return choice;
  }

  propensity(pool: Pool, picks: Uint32Array, random: RandomStream, draws: number): Float64Array {
    checkPicks(picks, pool.rows.length);
    const { greedy, affordable } = this.#terms(pool, picks.length);
    return affordable ? this.policy.propensity(pool, picks, random, draws) : certainPropensity(greedy, picks);
  }

  override snapshot(): PolicyState {
    const accounts = Array.from(
      this.#accounts,
      ([surface, { decisions, spent, earned }]) =>
        [surface, Float64Array.of(decisions, spent, earned)] as const,
    );
    return nest({ policy: this.policy.snapshot(), accounts: Object.fromEntries(accounts) });
  }

  override restore(state: PolicyState): void {
    const accounts = new Map<string, Account>();
    for (const [surface, values] of Object.entries(nested(state, 'accounts'))) {
      const [decisions, spent, earned] = values;
      // Greedy slates earn less than nothing where expected rewards are negative.
      if (values.length !== 3 || !(decisions >= 0 && spent >= 0 && Number.isFinite(spent + earned))) {
        throw new SluiceError(
          'ERR_SLUICE_INVALID_ARGUMENT',
          `Expected an account of three numbers for surface ${JSON.stringify(surface)}`,
          { remedy: 'Restore the state that this policy saved.' },
        );
      }
      accounts.set(surface, { decisions, spent, earned });
    }
    super.restore(nested(state, 'policy'));
    this.#accounts = accounts;
  }

  /** The greedy slate, what it earns, and whether any slate at all could be paid for. */
  #terms(pool: Pool, size: number) {
    const values = this.policy.score(pool);
    const greedy = rank(values, size);
    const greedyValue = sum(greedy, values);
    const earns = this.#ofDecisions ? 1 : greedyValue;
    const worst = this.#ofDecisions
      ? 1
      : greedyValue -
        sum(
          rank(
            values.map((value) => -value),
            size,
          ),
          values,
        );
    const { spent, earned } = this.account(pool.surface);
    return { greedy, values, earns, affordable: spent + worst <= this.#share * (earned + earns) };
  }

  #cost(greedy: Uint32Array, picks: Uint32Array, values: Float64Array): number {
    if (!this.#ofDecisions) return Math.max(0, sum(greedy, values) - sum(picks, values));
    return picks.length === greedy.length && picks.every((pick, k) => pick === greedy[k]) ? 0 : 1;
  }
}

function sum(entries: Uint32Array, values: Float64Array): number {
  return entries.reduce((total, entry) => total + values[entry], 0);
}
