/** How are the decision kernels computed in WebAssembly? Arguments are copied in, answers out, nothing else. */

import type { Ranking } from './kernels.ts';
import { RANKED, type RawActions, type RawKernels, type RawPosterior } from './raw.ts';
import { WasmArguments } from './wasm-arguments.ts';
import { type DecisionExports, needingMemory } from './wasm-exports.ts';

/** @param exports an instance of its own */
export function wasmKernels(exports: DecisionExports): RawKernels<WasmActions> {
  const args = new WasmArguments(exports);
  return {
    name: 'wasm',
    actions: (dimension) => new WasmActions(exports, dimension),
    posterior: (dimension, lambda, prior) =>
      new WasmPosterior(
        exports,
        args,
        dimension,
        needingMemory(() => {
          args.begin(8 * dimension);
          return exports.newPosterior(dimension, lambda, args.f64(prior));
        }),
      ),

    inverseGap(scores, gamma, uniform, propensities) {
      return needingMemory(() => {
        args.begin(4 * scores.length);
        const pick = exports.inverseGap(args.f32(scores), scores.length, gamma, uniform);
        if (pick >= 0 && propensities !== null) args.readF64(exports.probabilities(), propensities);
        return pick;
      });
    },

    plackettLuce(scores, temperature, key0, key1, picks, propensities) {
      return needingMemory(() => {
        const count = Math.min(picks.length, scores.length);
        args.begin(4 * scores.length + 12 * count);
        const from = args.f32(scores);
        const [to, shares] = [args.room(4 * count), args.room(8 * count)];
        const size = scores.length;
        if (exports.plackettLuce(from, size, temperature, key0, key1, to, shares, count) === 0) return false;
        args.readU32(to, picks, count);
        args.readF64(shares, propensities, count);
        return true;
      });
    },
  };
}

class WasmActions implements RawActions {
  /** Its address. */
  readonly at: number;
  readonly #exports: DecisionExports;
  readonly #dimension: number;
  #size = 0;

  constructor(exports: DecisionExports, dimension: number) {
    this.#exports = exports;
    this.#dimension = dimension;
    this.at = needingMemory(() => exports.newActions(dimension));
  }

  write(row: number, vectors: Float32Array): void {
    const exports = this.#exports;
    const count = vectors.length / this.#dimension;
    const size = Math.max(this.#size, row + count);
    needingMemory(() => {
      exports.reserveActions(this.at, size);
      // A part at a time: the room for arguments is kept.
      const step = Math.max(1, Math.floor(PART / this.#dimension));
      const block = exports.allocate(4 * this.#dimension * Math.min(step, count));
      for (let done = 0; done < count; done += step) {
        const end = Math.min(done + step, count);
        const part = vectors.subarray(done * this.#dimension, end * this.#dimension);
        new Float32Array(exports.memory.buffer).set(part, block / 4);
        exports.writeActions(this.at, row + done, block, end - done);
      }
      exports.release(block);
    });
    this.#size = size;
  }

  close(): void {
    this.#exports.freeActions(this.at);
  }
}

/** Numbers of vectors that are copied together. */
const PART = 1 << 16;

class WasmPosterior implements RawPosterior<WasmActions> {
  readonly #exports: DecisionExports;
  readonly #args: WasmArguments;
  readonly #dimension: number;
  /** Its address. */
  readonly #at: number;

  constructor(exports: DecisionExports, args: WasmArguments, dimension: number, at: number) {
    this.#exports = exports;
    this.#args = args;
    this.#dimension = dimension;
    this.#at = at;
  }

  learn(vector: Float32Array, weight: number, amount: number): void {
    this.#args.begin(4 * this.#dimension);
    this.#exports.learn(this.#at, this.#args.f32(vector), weight, amount);
  }

  forget(keep: number): void {
    this.#exports.forget(this.#at, keep);
  }

  predict(vector: Float32Array, out: Float64Array): void {
    this.#args.begin(4 * this.#dimension + 16);
    const from = this.#args.f32(vector);
    const to = this.#args.room(16);
    this.#exports.predict(this.#at, from, to);
    this.#args.readF64(to, out);
  }

  mean(out: Float64Array): void {
    this.#args.readF64(this.#exports.meanOf(this.#at), out);
  }

  greedy(actions: WasmActions, ranking: Ranking): number {
    return this.#rank(ranking, (rows, context, offsets, picks, wanted) =>
      this.#exports.greedy(this.#at, actions.at, rows, ranking.rows.length, context, offsets, picks, wanted),
    );
  }

  sample(actions: WasmActions, ranking: Ranking, deviation: number, key0: number, key1: number): number {
    const [at, from, count] = [this.#at, actions.at, ranking.rows.length];
    return this.#rank(ranking, (rows, context, offsets, picks, wanted) =>
      this.#exports.sample(at, from, rows, count, context, offsets, picks, wanted, deviation, key0, key1),
    );
  }

  upperBound(actions: WasmActions, ranking: Ranking, alpha: number): number {
    const [at, from, count] = [this.#at, actions.at, ranking.rows.length];
    const all = ranking.scores !== null;
    return this.#rank(ranking, (rows, context, offsets, picks, wanted) =>
      this.#exports.upperBound(at, from, rows, count, context, offsets, picks, wanted, alpha, all),
    );
  }

  snapshot(out: Float64Array): void {
    needingMemory(() => {
      this.#args.begin(out.byteLength);
      const to = this.#args.room(out.byteLength);
      this.#exports.snapshot(this.#at, to);
      this.#args.readF64(to, out);
    });
  }

  restore(state: Float64Array): void {
    needingMemory(() => {
      this.#args.begin(state.byteLength);
      this.#exports.restore(this.#at, this.#args.f64(state));
    });
  }

  close(): void {
    this.#exports.freePosterior(this.#at);
  }

  /** Copies the arguments in, and picks and scores out if `act` ranked. */
  #rank(
    { rows, context, offsets, picks, scores }: Ranking,
    act: (rows: number, context: number, offsets: number, picks: number, wanted: number) => number,
  ): number {
    const args = this.#args;
    return needingMemory(() => {
      const wanted = Math.min(picks.length, rows.length);
      args.begin(8 * rows.length + 4 * this.#dimension + 4 * wanted);
      const from = args.u32(rows);
      const by = context === null ? 0 : args.f32(context);
      const plus = offsets === null ? 0 : args.f32(offsets);
      const to = args.room(4 * wanted);
      const status = act(from, by, plus, to, wanted);
      if (status === RANKED) {
        args.readU32(to, picks, wanted);
        if (scores !== null) args.readF32(this.#exports.lastScores(), scores);
      }
      return status;
    });
  }
}
