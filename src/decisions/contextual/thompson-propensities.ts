/** How likely was each item of a contextual Thompson slate to stand at its place? From plain data, on any thread. */

import { unexpected } from '../../errors.ts';
import type { RandomStream } from '../../numerics/random.ts';
import { checkedKernels } from '../kernels/checked.ts';
import { referenceKernels } from '../kernels/reference/kernels.ts';
import { possible } from '../least-propensity.ts';
import { estimateChances } from './estimate-chances.ts';
import { IndependentBelief } from './independent-belief.ts';
import { LinearBelief, type LinearEntries } from './linear-belief.ts';
import { LinearCore } from './linear-core.ts';
import type { Belief } from './model.ts';
import { type Chances, floored } from './rule.ts';

/** What the propensities depend on. */
export interface ContextualThompsonSlate {
  readonly deviation: number;
  readonly floor: number;
  readonly picks: Uint32Array;
  /** Independent scores: their means and widths. */
  readonly means?: Float64Array;
  readonly widths?: Float64Array;
  /** Or one theta: the state of its posterior, one vector per entry, and the context that multiplies them. */
  readonly state?: Float64Array;
  readonly vectors?: Float32Array;
  readonly context?: Float32Array;
  /** With `means`, what each arm's own part adds. */
  readonly deviations?: Float64Array;
}

/** A slate is asked for a few draws at a time. */
const asked = new WeakMap<object, (random: RandomStream, draws: number) => Chances>();

/** Unbiased P(item at its place) from so many posterior draws. All kernels give the same bits: here those in TypeScript. */
export function contextualThompsonPropensities(
  given: ContextualThompsonSlate,
  random: RandomStream,
  draws: number,
): Float64Array {
  const { picks, deviation, floor } = given;
  let chances = asked.get(given);
  if (!chances) {
    const belief = beliefFrom(given);
    chances = estimateChances({ recall: () => belief, data: () => ({}) }, deviation, picks);
    asked.set(given, chances);
  }
  return possible(floored(chances(random, draws), entriesOf(given), floor));
}

const entriesOf = ({ means, vectors, state }: ContextualThompsonSlate): number =>
  means?.length ?? (vectors as Float32Array).length / (state as Float64Array)[0];

function beliefFrom(given: ContextualThompsonSlate): Belief {
  const { means, widths, state, vectors, context, deviations } = given;
  if (means && widths) return new IndependentBelief(means, widths);
  if (!state || !vectors) throw unexpected('a state and vectors', 'given', given);
  const [d] = state;
  const size = entriesOf(given);
  const core = new LinearCore(checkedKernels(referenceKernels), d, 1, 1);
  core.restore(state);
  core.visiting.write(0, vectors);
  const rows = Uint32Array.from({ length: size }, (_, i) => i);
  const entries: LinearEntries = {
    resident: { actions: core.visiting, rows, context: context ?? null },
    vectors: null,
    size,
    own: means && deviations ? { means, deviations } : null,
    read(i, into, at) {
      for (let j = 0; j < d; j++) {
        const x = vectors[i * d + j];
        into[at + j] = context ? context[j] * x : x;
      }
    },
    copy: () => entries,
    data: () => ({}),
  };
  return new LinearBelief(core, entries);
}
