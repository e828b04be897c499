// What is the posterior of a linear model? As in src/decisions/kernels/reference/posterior.ts.

import { Actions } from './actions';
import { dot, solveBackward, solveForward, update } from './factor';
import { f32At, f64At, Room, zeros } from './memory';
import { normals } from './normals';
import { orLeast, score } from './score';

/** Below it the scale is folded into L and b, by a power of two, so that nothing is rounded: 2^-64. */
const LEAST_SCALE: f64 = 5.421010862427522e-20;
const ROOT_OF_LEAST: f64 = 2.3283064365386963e-10;

/** What a ranking refuses; the numbers are those of src/decisions/kernels/raw.ts. */
export const RANKED: u32 = 0;
const ROW_BEYOND: u32 = 1;
const OFFSET_NAN: u32 = 2;

/** A = scale L L'; the vector b of the contract is scale b. */
@unmanaged
export class Posterior {
  dimension: u32 = 0;
  width: u32 = 0;
  axis: u32 = 0;
  solved: bool = false;
  lambda: f64 = 0;
  scale: f64 = 1;
  /** At least the largest eigenvalue of (L L')^-1, and the updates since it was found. */
  widest: f64 = 0;
  age: u32 = 0;
  factor: usize = 0;
  b: usize = 0;
  prior: usize = 0;
  inverse: usize = 0;
  mean: usize = 0;
  work: usize = 0;
  /** Theta in f32. */
  theta: usize = 0;
}

/** `prior` holds the mean of the prior, in f64. */
export function newPosterior(dimension: u32, lambda: f64, prior: usize): Posterior {
  const width = (dimension + 15) & ~15;
  const column = f64At(0, width);
  // One block, so that what there is no memory for leaves nothing behind.
  const block = zeros(column * (width + 6));
  const p = new Posterior();
  p.dimension = dimension;
  p.width = width;
  p.lambda = lambda;
  p.widest = 1 / lambda;
  p.factor = block;
  p.b = block + column * width;
  p.prior = p.b + column;
  p.inverse = p.prior + column;
  p.mean = p.inverse + column;
  p.work = p.mean + column;
  p.theta = p.work + column;
  memory.copy(p.prior, prior, f64At(0, dimension));
  const root = Math.sqrt(lambda);
  for (let j: u32 = 0; j < width; j++) {
    store<f64>(f64At(p.factor, j * width + j), j < dimension ? root : 1);
    store<f64>(f64At(p.b, j), lambda * load<f64>(f64At(p.prior, j)));
  }
  return p;
}

export function freePosterior(p: Posterior): void {
  heap.free(p.factor);
  heap.free(changetype<usize>(p));
}

export function learn(p: Posterior, vector: usize, weight: f64, amount: f64): void {
  const root = Math.sqrt(weight / p.scale);
  const change = amount / p.scale;
  memory.fill(p.work, 0, f64At(0, p.width));
  for (let j: u32 = 0; j < p.dimension; j++) {
    const x = <f64>load<f32>(f32At(vector, j));
    store<f64>(f64At(p.b, j), load<f64>(f64At(p.b, j)) + change * x);
    store<f64>(f64At(p.work, j), root * x);
  }
  changed(p, 0);
}

export function forget(p: Posterior, keep: f64): void {
  if (keep == 1) return;
  p.scale *= keep;
  while (p.scale < LEAST_SCALE) fold(p);
  const given = (<f64>p.dimension * (1 - keep) * p.lambda) / p.scale;
  const axis = p.axis;
  const b = f64At(p.b, axis);
  store<f64>(b, load<f64>(b) + given * load<f64>(f64At(p.prior, axis)));
  memory.fill(p.work, 0, f64At(0, p.width));
  store<f64>(f64At(p.work, axis), Math.sqrt(given));
  changed(p, axis);
  p.axis = axis + 1 == p.dimension ? 0 : axis + 1;
}

/** Moves 2^64 from the scale into L and b. */
function fold(p: Posterior): void {
  p.scale /= LEAST_SCALE;
  for (let j: u32 = 0; j < p.dimension; j++) {
    store<f64>(f64At(p.b, j), load<f64>(f64At(p.b, j)) * LEAST_SCALE);
    for (let i = j; i < p.dimension; i++) {
      const x = f64At(p.factor, j * p.width + i);
      store<f64>(x, load<f64>(x) * ROOT_OF_LEAST);
    }
  }
  p.widest /= LEAST_SCALE;
}

/** The update by the vector in `work`. */
function changed(p: Posterior, first: u32): void {
  update(p.factor, p.width, p.work, first);
  p.solved = false;
  if (p.age < u32.MAX_VALUE) p.age++;
}

/** The inverse of the diagonal, and A^-1 b. */
export function solve(p: Posterior): void {
  if (p.solved) return;
  for (let j: u32 = 0; j < p.width; j++) {
    store<f64>(f64At(p.inverse, j), 1.0 / load<f64>(f64At(p.factor, j * p.width + j)));
  }
  memory.copy(p.mean, p.b, f64At(0, p.width));
  solveForward(p.factor, p.inverse, p.width, p.mean);
  solveBackward(p.factor, p.inverse, p.width, p.mean);
  p.solved = true;
}

/** Writes mean and width of one vector. */
export function predict(p: Posterior, vector: usize, out: usize): void {
  solve(p);
  memory.fill(p.work, 0, f64At(0, p.width));
  for (let j: u32 = 0; j < p.dimension; j++) {
    store<f64>(f64At(p.work, j), <f64>load<f32>(f32At(vector, j)));
  }
  store<f64>(out, dot(p.mean, p.work, 0, p.width));
  solveForward(p.factor, p.inverse, p.width, p.work);
  let square: f64 = 0;
  for (let j: u32 = 0; j < p.width; j++) {
    const y = load<f64>(f64At(p.work, j));
    square += y * y;
  }
  store<f64>(out, Math.sqrt(square / p.scale), 8);
}

/** Where the mean is. */
export function meanOf(p: Posterior): usize {
  solve(p);
  return p.mean;
}

/** Draws theta into `work`. */
export function drawTheta(p: Posterior, deviation: f64, key0: u32, key1: u32): void {
  solve(p);
  normals(key0, key1, p.work, p.width);
  memory.fill(f64At(p.work, p.dimension), 0, f64At(0, p.width - p.dimension));
  solveBackward(p.factor, p.inverse, p.width, p.work);
  const factor = deviation / Math.sqrt(p.scale);
  for (let j: u32 = 0; j < p.width; j++) {
    const theta = f64At(p.work, j);
    store<f64>(theta, load<f64>(f64At(p.mean, j)) + factor * load<f64>(theta));
  }
}

/** Scores rows by a theta in f64, with offsets. `context` and `offsets` are 0 where there are none. */
export function scoreBy(
  p: Posterior,
  theta: usize,
  actions: Actions,
  rows: usize,
  count: u32,
  context: usize,
  offsets: usize,
  out: usize,
): u32 {
  for (let j: u32 = 0; j < p.dimension; j++) {
    let x = load<f64>(f64At(theta, j));
    if (context != 0) x = x * <f64>load<f32>(f32At(context, j));
    store<f32>(f32At(p.theta, j), <f32>x);
  }
  if (!score(p.theta, actions.rows, p.width, actions.size, rows, count, out)) return ROW_BEYOND;
  if (offsets == 0) return RANKED;
  for (let i: u32 = 0; i < count; i++) if (isNaN(load<f32>(f32At(offsets, i)))) return OFFSET_NAN;
  for (let i: u32 = 0; i < count; i++) {
    const place = f32At(out, i);
    v128.store32_lane(place, orLeast(f32x4.splat(load<f32>(place) + load<f32>(f32At(offsets, i)))), 0);
  }
  return RANKED;
}

/** Dimension, scale, next axis, L by columns without zeros, b. */
export function snapshot(p: Posterior, out: usize): void {
  store<f64>(out, <f64>p.dimension);
  store<f64>(out, p.scale, 8);
  store<f64>(out, <f64>p.axis, 16);
  out += 24;
  for (let j: u32 = 0; j < p.dimension; j++) {
    const bytes = f64At(0, p.dimension - j);
    memory.copy(out, f64At(p.factor, j * p.width + j), bytes);
    out += bytes;
  }
  memory.copy(out, p.b, f64At(0, p.dimension));
}

/** From a state of this dimension that has been checked. */
export function restore(p: Posterior, state: usize): void {
  p.scale = load<f64>(state, 8);
  p.axis = <u32>load<f64>(state, 16);
  state += 24;
  for (let j: u32 = 0; j < p.dimension; j++) {
    const bytes = f64At(0, p.dimension - j);
    memory.copy(f64At(p.factor, j * p.width + j), state, bytes);
    state += bytes;
  }
  memory.copy(p.b, state, f64At(0, p.dimension));
  p.solved = false;
  p.widest = Infinity;
  p.age = u32.MAX_VALUE;
}
