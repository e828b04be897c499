/** How much of what hindsight would have bought does a pacer buy? Days of requests with known worth and price. */

import { Pacer, RandomStream } from '../index.ts';
import { ACTIVITY_BY_HOUR, HOUR } from './rhythm.ts';

/**
 * What today brings that yesterday did not: nothing; twice the share of hard requests from noon on; six times the
 * requests for an hour between 9 and 21, twice as many of them hard; or a third of the hard requests from noon on.
 */
export type PacingScenario = 'stationary' | 'noon' | 'burst' | 'fall';

/** Every {@link PacingScenario}. */
export const PACING_SCENARIOS: readonly PacingScenario[] = ['stationary', 'noon', 'burst', 'fall'];

/** What to simulate. */
export interface PacingOptions {
  readonly scenario: PacingScenario;
  /** Whole number. */
  readonly seed: number;
  /** Requests of a usual day. @default 50000 */
  readonly requests?: number;
}

/** Shares of the worth that hindsight would have bought with the same budget, and shares of the budget spent. */
export interface PacingOutcome {
  readonly simulated: true;
  readonly share: number;
  /** Buys everything while money lasts. */
  readonly greedy: number;
  /** Buys by the price that yesterday would have had in hindsight, while money lasts. */
  readonly fixed: number;
  readonly spent: number;
  readonly greedySpent: number;
  readonly fixedSpent: number;
}

interface Offer {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly worth: number;
  readonly cost: number;
}

const HARD_SHARE = 0.3;
/** Share of the money that buying everything would take. */
const BUDGET_SHARE = 0.15;
const DAY = 24 * HOUR;
const YESTERDAY = 20_000 * DAY;

/**
 * Two days: yesterday, which is stationary and from which the pacer starts cold, and today, for which it keeps what it
 * has learned. A request is hard or easy, its gain and its cost are lognormal; the budget is 15 % of what buying
 * everything would have cost yesterday. The optimum of today is the knapsack solved with hindsight.
 */
export function simulatePacing({ scenario, seed, requests = 50_000 }: PacingOptions): PacingOutcome {
  const yesterday = offersOf(YESTERDAY, 'stationary', new RandomStream(seed, 'yesterday'), requests);
  const today = offersOf(YESTERDAY + DAY, scenario, new RandomStream(seed, 'today'), requests);
  const budget = Math.round(BUDGET_SHARE * yesterday.reduce((sum, { cost }) => sum + cost, 0));
  const before = new Pacer({ budget });
  buy(yesterday, budget, before);
  const pacer = new Pacer({ budget, state: before.snapshot() });
  const best = hindsight(today, budget).worth;
  const outcome = (price: { readonly lambda: number } | Pacer) => {
    const { worth, spent } = buy(today, budget, price);
    return { share: worth / best, spent: spent / budget };
  };
  const paced = outcome(pacer);
  const greedy = outcome({ lambda: 0 });
  const fixed = outcome({ lambda: hindsight(yesterday, budget).lambda });
  return {
    simulated: true,
    ...paced,
    greedy: greedy.share,
    fixed: fixed.share,
    greedySpent: greedy.spent,
    fixedSpent: fixed.spent,
  };
}

function offersOf(
  midnight: number,
  scenario: PacingScenario,
  random: RandomStream,
  requests: number,
): Offer[] {
  const burst = 9 + random.below(12);
  return ACTIVITY_BY_HOUR.flatMap((share, hour) => {
    const bursting = scenario === 'burst' && hour === burst;
    const mean = requests * share * (bursting ? 6 : 1);
    const count = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
    const hard = HARD_SHARE * hardness(scenario, hour, bursting);
    const times = Float64Array.from(
      { length: count },
      () => midnight + (hour + random.uniform()) * HOUR,
    ).sort();
    return Array.from(times, (time) => {
      const isHard = random.uniform() < hard;
      const gain = isHard ? 0.25 * Math.exp(0.5 * random.normal()) : 0.06 * Math.exp(0.7 * random.normal());
      const cost = Math.round(150_000 * Math.exp(0.4 * random.normal()));
      return { time, worth: 2e6 * Math.min(1, gain), cost };
    });
  });
}

function hardness(scenario: PacingScenario, hour: number, bursting: boolean): number {
  if (bursting || (scenario === 'noon' && hour >= 12)) return 2;
  return scenario === 'fall' && hour >= 12 ? 1 / 3 : 1;
}

function buy(offers: readonly Offer[], budget: number, price: { readonly lambda: number } | Pacer) {
  let spent = 0;
  let worth = 0;
  for (const offer of offers) {
    const buys = offer.worth > price.lambda * offer.cost && spent + offer.cost <= budget;
    if (buys) {
      spent += offer.cost;
      worth += offer.worth;
    }
    if (price instanceof Pacer) price.observe({ ...offer, spent: buys ? offer.cost : 0 });
  }
  return { spent, worth };
}

/** The fractional knapsack: what is worth most for its cost, until the money is spent, and the price at which it was. */
function hindsight(offers: readonly Offer[], budget: number): { worth: number; lambda: number } {
  let left = budget;
  let worth = 0;
  for (const offer of [...offers].sort((a, b) => b.worth / b.cost - a.worth / a.cost)) {
    const lambda = offer.worth / offer.cost;
    if (offer.cost > left) return { worth: worth + left * lambda, lambda };
    left -= offer.cost;
    worth += offer.worth;
  }
  return { worth, lambda: 0 };
}
