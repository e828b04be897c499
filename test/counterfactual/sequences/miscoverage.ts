/** In how many streams does a confidence sequence ever exclude the truth? */

import type { ConfidenceSequence } from '../../../src/counterfactual/sequences/sequence.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

/** A kind of stream: each call of what `start` returns adds one observation and returns what the bounds must hold. */
export interface StreamKind {
  readonly name: string;
  start(random: RandomStream): { readonly sequence: ConfidenceSequence; next(t: number): number };
}

/** Share of streams in which some of the first `horizon` bounds excluded the truth, asked after every observation. */
export function miscoverage(kind: StreamKind, streams: number, horizon: number): number {
  let missed = 0;
  for (let stream = 0; stream < streams; stream++) {
    const { sequence, next } = kind.start(new RandomStream(stream, kind.name));
    for (let t = 0; t < horizon; t++) {
      if (!sequence.excludes(next(t))) continue;
      missed++;
      break;
    }
  }
  return missed / streams;
}

/** .05 and two standard errors of a share of `streams`. */
export const allowed = (streams: number): number => 0.05 + 2 * Math.sqrt((0.05 * 0.95) / streams);
