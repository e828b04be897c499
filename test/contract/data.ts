/** Which matrices are hard? Rows by kind, from a seed. */

import { RandomStream } from '../../src/numerics/random.ts';

/** How the numbers of a matrix are drawn. */
export const KINDS = {
  ordinary: (random) => random.uniform() * 2 - 1,
  /** Whole numbers: many ties, exact in f32. */
  ties: (random) => Math.floor(random.uniform() * 3) - 1,
  zeros: () => 0,
  negative: (random) => -1 - random.uniform(),
  /** Scores overflow f32 for some rows. */
  huge: (random) => (random.uniform() * 2 - 1) * 3e38,
  /** Products underflow f32. */
  tiny: (random) => (random.uniform() * 2 - 1) * 1e-30,
  denormal: (random) => (random.uniform() * 2 - 1) * 1e-42,
  /** Rows of every magnitude; sums cancel. */
  mixed: (random) => (random.uniform() * 2 - 1) * 10 ** Math.floor(random.uniform() * 40 - 20),
} as const satisfies Record<string, (random: RandomStream) => number>;

export type Kind = keyof typeof KINDS;

export function numbers(kind: Kind, length: number, seed: number): Float32Array {
  const random = new RandomStream(seed, kind);
  const draw = KINDS[kind];
  return Float32Array.from({ length }, () => draw(random));
}
