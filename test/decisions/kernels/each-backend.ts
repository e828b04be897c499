import { checkedKernels } from '../../../src/decisions/kernels/checked.ts';
import type { DecisionKernels } from '../../../src/decisions/kernels/kernels.ts';
import { nativeKernels } from '../../../src/decisions/kernels/native.ts';
import { decisionKernels } from '../../../src/decisions/kernels/select.ts';
import type { RandomStream } from '../../../src/numerics/random.ts';
import { probeAddon } from '../../../src/vectors/addon.ts';

/** Every backend that this machine has. */
export const backends = (['native', 'wasm', 'reference'] as const).flatMap((name) => {
  try {
    return [[name, decisionKernels(name)] as const];
  } catch {
    return [];
  }
});

/** All of them, and the native ones in every instruction set of this machine. */
export function eachInstructionSet(): [string, DecisionKernels][] {
  const probe = probeAddon();
  const sets = ['avx512', 'avx2', 'sse2', 'scalar'].flatMap((isa): [string, DecisionKernels][] => {
    try {
      return probe.ok ? [[isa, checkedKernels(nativeKernels(probe.addon, isa))]] : [];
    } catch {
      return [];
    }
  });
  return [
    ...sets,
    ...backends
      .filter(([name]) => name !== 'native')
      .map(([name, kernels]): [string, DecisionKernels] => [name, kernels]),
  ];
}

export function normalRows(
  random: RandomStream,
  count: number,
  dimension: number,
  deviation = 1,
): Float32Array {
  return Float32Array.from({ length: count * dimension }, () => deviation * random.normal());
}

/** A = LL' as it should be, dense in f64, with solves by Gaussian elimination. */
export class DenseModel {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly d: number;
  #axis = 0;
  readonly #lambda: number;
  readonly #prior: Float64Array;

  constructor(d: number, lambda: number, prior = new Float64Array(d)) {
    this.d = d;
    this.#lambda = lambda;
    this.#prior = prior;
    this.a = new Float64Array(d * d);
    this.b = prior.map((x) => lambda * x);
    for (let i = 0; i < d; i++) this.a[i * d + i] = lambda;
  }

  learn(x: Float32Array, weight: number, amount: number): void {
    for (let i = 0; i < this.d; i++) {
      this.b[i] += amount * x[i];
      for (let j = 0; j < this.d; j++) this.a[i * this.d + j] += weight * x[i] * x[j];
    }
  }

  forget(keep: number): void {
    for (let i = 0; i < this.a.length; i++) this.a[i] *= keep;
    for (let i = 0; i < this.d; i++) this.b[i] *= keep;
    const given = this.d * (1 - keep) * this.#lambda;
    this.a[this.#axis * (this.d + 1)] += given;
    this.b[this.#axis] += given * this.#prior[this.#axis];
    this.#axis = (this.#axis + 1) % this.d;
  }

  /** A^-1 x, by elimination with pivots. */
  solve(x: ArrayLike<number>): Float64Array {
    const { d } = this;
    const rows = Array.from({ length: d }, (_, i) => [...this.a.subarray(i * d, (i + 1) * d), x[i]]);
    for (let j = 0; j < d; j++) {
      let pivot = j;
      for (let i = j + 1; i < d; i++) if (Math.abs(rows[i][j]) > Math.abs(rows[pivot][j])) pivot = i;
      [rows[j], rows[pivot]] = [rows[pivot], rows[j]];
      for (let i = 0; i < d; i++) {
        if (i === j) continue;
        const factor = rows[i][j] / rows[j][j];
        for (let k = j; k <= d; k++) rows[i][k] -= factor * rows[j][k];
      }
    }
    return Float64Array.from(rows, (row, j) => row[d] / row[j]);
  }

  width(x: Float32Array): number {
    const y = this.solve(x);
    return Math.sqrt(y.reduce((sum, value, i) => sum + value * x[i], 0));
  }
}
