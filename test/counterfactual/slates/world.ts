/** Sixty slates of three from five items, each with its probability under two policies: small enough to add up exactly. */

import type { LoggedSlates, ModelledSlates } from '../../../src/counterfactual/slates/logged-slates.ts';
import type { RandomStream } from '../../../src/numerics/random.ts';

export const SLOTS = 3;
export const ITEMS = 5;

const LOGGING = [0.3, -0.2, 0.5, 0, -0.6];
const TARGET = [-0.4, 0.6, 0.2, -0.3, 0.8];

export type Slate = readonly number[];

export const SLATES: readonly Slate[] = [0, 1, 2, 3, 4]
  .flatMap((a) => [0, 1, 2, 3, 4].flatMap((b) => [0, 1, 2, 3, 4].filter(() => a !== b).map((c) => [a, b, c])))
  .filter(([a, b, c]) => c !== a && c !== b);

/** P(item | items before it) under Plackett-Luce: softmax over what is left. */
export function conditional(logits: readonly number[], before: Slate, item: number): number {
  if (before.includes(item)) return 0;
  let sum = 0;
  for (let other = 0; other < ITEMS; other++) if (!before.includes(other)) sum += Math.exp(logits[other]);
  return Math.exp(logits[item]) / sum;
}

const conditionals = (logits: readonly number[], slate: Slate): number[] =>
  slate.map((item, slot) => conditional(logits, slate.slice(0, slot), item));

const probability = (logits: readonly number[], slate: Slate): number =>
  conditionals(logits, slate).reduce((product, p) => product * p, 1);

/** P(item at slot), slots x items. */
function marginals(logits: readonly number[]): Float64Array {
  const found = new Float64Array(SLOTS * ITEMS);
  for (const slate of SLATES) {
    slate.forEach((item, slot) => {
      found[slot * ITEMS + item] += probability(logits, slate);
    });
  }
  return found;
}

/** P(item at slot and other item at other slot). */
export function pairsOf(chance: (slate: Slate) => number): Float64Array {
  const size = SLOTS * ITEMS;
  const pairs = new Float64Array(size * size);
  for (const slate of SLATES) {
    slate.forEach((a, l) => {
      slate.forEach((b, m) => {
        pairs[(l * ITEMS + a) * size + m * ITEMS + b] += chance(slate);
      });
    });
  }
  return pairs;
}

export const loggingChance = (slate: Slate): number => probability(LOGGING, slate);
export const targetChance = (slate: Slate): number => probability(TARGET, slate);
export const targetConditional = (before: Slate, item: number): number => conditional(TARGET, before, item);
export const TARGET_MARGINALS = marginals(TARGET);
const LOGGING_MARGINALS = marginals(LOGGING);

/** Expected reward at each slot. */
export type Rewards = (slate: Slate) => readonly number[];

const APPEAL = [0.1, 0.35, 0.2, 0.5, 0.7];
const SEEN = [0.9, 0.6, 0.4];

/** Each assumption, with rewards for which it is the weakest that holds. */
export const WORLDS: Record<'independent' | 'cascade' | 'whole slate', Rewards> = {
  independent: (slate) => slate.map((item, slot) => APPEAL[item] * SEEN[slot]),
  // People go down the slate and stop at what they like.
  cascade: (slate) =>
    slate.map((item, slot) =>
      slate.slice(0, slot).reduce((still, before) => still * (1 - APPEAL[before]), APPEAL[item]),
    ),
  // The best item anywhere in the slate dims the others.
  'whole slate': (slate) =>
    slate.map(
      (item) =>
        APPEAL[item] * (1 - 0.8 * Math.max(...slate.map((one) => APPEAL[one] * (one === item ? 0 : 1)))),
    ),
};

export const policyValue = (rewards: Rewards): number =>
  SLATES.reduce((sum, slate) => sum + targetChance(slate) * rewards(slate).reduce((a, b) => a + b, 0), 0);

/** The columns that these slates would have in a log. */
export function columns(
  slates: readonly Slate[],
  rewards: (slate: Slate) => readonly number[],
): LoggedSlates & { readonly logging: object } {
  const cells = (of: (slate: Slate) => readonly number[]) => Float64Array.from(slates.flatMap(of));
  const at = (table: Float64Array) => cells((slate) => slate.map((item, slot) => table[slot * ITEMS + item]));
  return {
    slots: SLOTS,
    rewards: cells(rewards),
    logging: { marginal: at(LOGGING_MARGINALS), conditional: cells((slate) => conditionals(LOGGING, slate)) },
    target: { marginal: at(TARGET_MARGINALS), conditional: cells((slate) => conditionals(TARGET, slate)) },
  };
}

/** A model of cascade-DR from any function of the items down to a slot. */
export function modelOf(slates: readonly Slate[], q: (items: Slate) => number): ModelledSlates {
  const cells = (of: (slate: Slate, slot: number) => number) =>
    Float64Array.from(slates.flatMap((slate) => slate.map((_, slot) => of(slate, slot))));
  const expected = (before: Slate): number =>
    [0, 1, 2, 3, 4].reduce((sum, item) => {
      const chance = targetConditional(before, item);
      return chance === 0 ? sum : sum + chance * q([...before, item]);
    }, 0);
  return {
    taken: cells((slate, slot) => q(slate.slice(0, slot + 1))),
    expected: cells((slate, slot) => expected(slate.slice(0, slot))),
  };
}

/** Slates as the logging policy would draw them. */
export function drawSlates(count: number, random: RandomStream): Slate[] {
  return Array.from({ length: count }, () => {
    let left = random.uniform();
    for (const slate of SLATES) {
      left -= loggingChance(slate);
      if (left < 0) return slate;
    }
    return SLATES[SLATES.length - 1];
  });
}
