/** What do the vectors of a catalogue look like? Clusters, a falling spectrum, norms of one length or over an order. */

import { RandomStream } from '../../src/numerics/random.ts';

/** How long rows are: all of norm 1, or log-normal norms whose 99th percentile is some 2.4 times the median. */
export type Norms = 'unit' | 'skewed';

const CENTRES = 400;

/** Rows and queries around the same centres. */
export class Catalogue {
  readonly dimension: number;
  readonly norms: Norms;
  readonly #centres: Float64Array;
  readonly #random: RandomStream;

  constructor(dimension: number, norms: Norms, seed: number) {
    this.dimension = dimension;
    this.norms = norms;
    this.#random = new RandomStream(seed, 'catalogue');
    this.#centres = Float64Array.from({ length: CENTRES * dimension }, (_, i) =>
      this.#component(i % dimension),
    );
  }

  /** Row-major. */
  rows(count: number): Float32Array {
    const data = new Float32Array(count * this.dimension);
    for (let i = 0; i < count; i++) {
      const row = this.#near(0.8);
      const norm = Math.hypot(...row);
      const length = this.norms === 'unit' ? 1 / norm : Math.exp(0.35 * this.#random.normal());
      data.set(
        row.map((x) => x * length),
        i * this.dimension,
      );
    }
    return data;
  }

  /** Row-major; as users, who are a mixture of what they like. */
  queries(count: number): Float32Array {
    const data = new Float32Array(count * this.dimension);
    for (let i = 0; i < count; i++) {
      const [a, b] = [this.#near(0.5), this.#near(0.5)];
      const share = this.#random.uniform();
      data.set(
        a.map((x, j) => share * x + (1 - share) * b[j]!),
        i * this.dimension,
      );
    }
    return data;
  }

  #near(spread: number): number[] {
    const centre = Math.floor(this.#random.uniform() * CENTRES) * this.dimension;
    return Array.from(
      { length: this.dimension },
      (_, j) => this.#centres[centre + j]! + spread * this.#component(j),
    );
  }

  #component(j: number): number {
    return this.#random.normal() * (j + 1) ** -0.35;
  }
}
