/**
 * Where do random numbers come from? One counter-based generator, keyed by (seed, key).
 *
 * Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3"
 * (SC'11). A stream has no hidden state beyond a counter, so that the decision with a given id draws the same
 * numbers on any machine, in any order of requests.
 */

const PARITY = 0x1bd11bda;

/** Threefry-2x32-20 of one counter block under a key; two 32-bit words into `out`. @internal */
export function threefry(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
): void {
  const key2 = key0 ^ key1 ^ PARITY;
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;
  // Written out because a loop over rotations and keys is five to twenty times slower, and every draw passes here.
  // Rounds 1 to 4.
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + key1) | 0;
  x1 = (x1 + key2 + 1) | 0;
  // Rounds 5 to 8.
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + key2) | 0;
  x1 = (x1 + key0 + 2) | 0;
  // Rounds 9 to 12.
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + key0) | 0;
  x1 = (x1 + key1 + 3) | 0;
  // Rounds 13 to 16.
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + key1) | 0;
  x1 = (x1 + key2 + 4) | 0;
  // Rounds 17 to 20.
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + key2) | 0;
  x1 = (x1 + key0 + 5) | 0;
  out[0] = x0;
  out[1] = x1;
}

/**
 * A stream of random numbers determined by a seed and a key (a decision id, a label).
 *
 * @example
 * ```ts
 * const a = new RandomStream(42, 'decision-7');
 * const b = new RandomStream(42, 'decision-7');
 * a.uniform() === b.uniform(); // true
 * ```
 */
export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #block = new Uint32Array(2);
  #counter = 0;
  #used = 2;
  #spare = Number.NaN;

  /** @param seed any finite number; its 53 integer bits count. @param key what the stream is for. */
  constructor(seed: number, key: string | number = 0) {
    const whole = Math.trunc(seed);
    const [low, high] = textWords(String(key));
    threefry(whole >>> 0, Math.floor(whole / 2 ** 32) >>> 0, low, high, this.#block);
    // As signed words, which V8 keeps without a box.
    this.#key0 = this.#block[0] | 0;
    this.#key1 = this.#block[1] | 0;
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    if (this.#used === 2) {
      threefry(this.#key0, this.#key1, this.#counter >>> 0, Math.floor(this.#counter / 2 ** 32), this.#block);
      this.#counter++;
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }

  /** A number in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** A whole number in [0, bound), without modulo bias. @param bound in [1, 2^32]. */
  below(bound: number): number {
    const limit = 4294967296 - (4294967296 % bound);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % bound;
  }

  /** A standard normal (Marsaglia's polar method). */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * factor;
      return x * factor;
    }
  }

  /** A Gamma(shape, 1) variate (Marsaglia and Tsang 2000); 0 where it is too small for an f64. @param shape above 0. */
  gamma(shape: number): number {
    if (shape < 1) return Math.exp(this.#logGamma(shape));
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const t = 1 + c * x;
      if (t <= 0) continue;
      const v = t * t * t;
      const u = 1 - this.uniform();
      const square = x * x;
      // The squeeze accepts nearly all draws without a logarithm.
      if (u < 1 - 0.0331 * square * square) return d * v;
      if (Math.log(u) < 0.5 * square + d * (1 - v + Math.log(v))) return d * v;
    }
  }

  /** A Beta(alpha, beta) variate in [0, 1]. @param alpha above 0. @param beta above 0. */
  beta(alpha: number, beta: number): number {
    if (alpha >= 1 && beta >= 1) {
      const x = this.gamma(alpha);
      return x / (x + this.gamma(beta));
    }
    // In logarithms, because both gammas of a tiny alpha and beta underflow.
    const odds = this.#logGamma(beta) - this.#logGamma(alpha);
    if (Number.isNaN(odds)) return this.uniform() < alpha / (alpha + beta) ? 1 : 0;
    return 1 / (1 + Math.exp(odds));
  }

  /** The logarithm of a Gamma(shape, 1) variate. */
  #logGamma(shape: number): number {
    if (shape < 1) return this.#logGamma(shape + 1) + Math.log(1 - this.uniform()) / shape;
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const t = c * x;
      if (t <= -1) continue;
      // The paper's log v - v + 1 with v = (1 + t)^3, written so that nothing cancels for a large shape.
      const log = 3 * Math.log1p(t);
      if (Math.log(1 - this.uniform()) < 0.5 * x * x + d * (log - t * (3 + t * (3 + t)))) {
        return Math.log(d) + log;
      }
    }
  }

  /** Shuffles an array in place (Fisher-Yates) and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(array: T): T {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = array[i];
      array[i] = array[j];
      array[j] = held;
    }
    return array;
  }
}

/** Two independent 32-bit words from the UTF-16 units of a string (murmur3's mixing, two seeds). @internal */
export function textWords(text: string): [number, number] {
  let a = 0x9747b28c;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0xcc9e2d51);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ unit, 0x1b873593);
    b = (b << 15) | (b >>> 17);
  }
  return [finish(a ^ text.length), finish(b + text.length)];
}

function finish(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
