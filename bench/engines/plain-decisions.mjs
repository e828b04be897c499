/** What do decisions take in JavaScript as one would write it? Arrays of f64, Math.exp, Math.random, no library. */

/** A standard normal (Box and Muller). */
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

/** A linear model over `rows` resident rows of dimension d, A = L L' by rows. */
export class PlainModel {
  /** @param {Float32Array} vectors @param {number} d */
  constructor(vectors, d) {
    this.d = d;
    this.vectors = Float64Array.from(vectors);
    this.factor = new Float64Array(d * d);
    for (let i = 0; i < d; i++) this.factor[i * d + i] = 1;
    this.b = new Float64Array(d);
  }

  /** @param {Float32Array} x @param {number} amount */
  learn(x, amount) {
    const { d, factor } = this;
    const w = Float64Array.from(x);
    for (let i = 0; i < d; i++) this.b[i] += amount * x[i];
    for (let j = 0; j < d; j++) {
      const pivot = factor[j * d + j];
      const root = Math.hypot(pivot, w[j]);
      const [c, s] = [pivot / root, w[j] / root];
      factor[j * d + j] = root;
      for (let i = j + 1; i < d; i++) {
        const l = factor[i * d + j];
        factor[i * d + j] = c * l + s * w[i];
        w[i] = c * w[i] - s * l;
      }
    }
  }

  /** L y = x. @param {ArrayLike<number>} x @param {number} [from] */
  forward(x, from = 0) {
    const { d, factor } = this;
    const y = new Float64Array(d);
    for (let i = 0; i < d; i++) {
      let sum = x[from + i];
      for (let k = 0; k < i; k++) sum -= factor[i * d + k] * y[k];
      y[i] = sum / factor[i * d + i];
    }
    return y;
  }

  /** L' y = x. @param {Float64Array} x */
  backward(x) {
    const { d, factor } = this;
    const y = x.slice();
    for (let i = d - 1; i >= 0; i--) {
      y[i] /= factor[i * d + i];
      for (let k = 0; k < i; k++) y[k] -= factor[i * d + k] * y[i];
    }
    return y;
  }

  /** The row of the highest score. @param {Uint32Array} rows @param {Float64Array} theta @param {number} alpha */
  best(rows, theta, alpha = 0) {
    const { d, vectors } = this;
    let [pick, most] = [-1, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i] * d;
      let score = 0;
      for (let j = 0; j < d; j++) score += theta[j] * vectors[from + j];
      if (alpha > 0)
        score += alpha * Math.sqrt(this.forward(vectors, from).reduce((sum, y) => sum + y * y, 0));
      if (score > most) [pick, most] = [i, score];
    }
    return pick;
  }

  mean() {
    return this.backward(this.forward(this.b));
  }

  /** @param {Uint32Array} rows */
  sample(rows) {
    const mean = this.mean();
    const noise = this.backward(Float64Array.from({ length: this.d }, normal));
    return this.best(
      rows,
      mean.map((m, j) => m + noise[j]),
    );
  }
}

/** @param {Float32Array} scores @param {number} gamma */
export function inverseGap(scores, gamma) {
  const best = scores.indexOf(Math.max(...scores));
  let left = Math.random();
  for (let i = 0; i < scores.length; i++) {
    if (i === best) continue;
    left -= 1 / (scores.length + gamma * (scores[best] - scores[i]));
    if (left < 0) return i;
  }
  return best;
}

/** A slate and its propensities. @param {Float32Array} scores @param {number} size */
export function plackettLuce(scores, size) {
  const most = Math.max(...scores);
  const weights = Array.from(scores, (score) => Math.exp(score - most));
  let total = weights.reduce((sum, weight) => sum + weight, 0);
  const slate = [];
  for (let place = 0; place < size; place++) {
    let left = Math.random() * total;
    let pick = 0;
    while (pick < weights.length - 1 && left >= weights[pick]) left -= weights[pick++];
    slate.push({ pick, propensity: weights[pick] / total });
    total -= weights[pick];
    weights[pick] = 0;
  }
  return slate;
}
