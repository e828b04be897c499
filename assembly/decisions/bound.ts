// How wide can an action be at most? Its norm times the root of the largest eigenvalue of the inverse.

import { solveBackward, solveForward } from './factor';
import { f64At, Room } from './memory';

/** Steps of the power method, each two solves. */
const STEPS: i32 = 8;

const vectorRoom = new Room();
const gramRoom = new Room();
const triedRoom = new Room();

/**
 * An upper bound of the largest eigenvalue of (L L')^-1; infinity where no other can be proven. As in
 * native/src/decisions/bound.rs: a power iteration guesses it, a Cholesky factorisation of L L' - I / guess proves it.
 */
export function largestEigenvalue(factor: usize, inverse: usize, width: u32, n: u32): f64 {
  const x = vectorRoom.fit(f64At(0, width));
  memory.fill(x, 0, f64At(0, width));
  for (let j: u32 = 0; j < n; j++) store<f64>(f64At(x, j), 1 + <f64>(j % 3));
  let guess: f64 = 0;
  for (let i = 0; i < STEPS; i++) {
    const norm = Math.sqrt(square(x, n));
    for (let j: u32 = 0; j < n; j++) store<f64>(f64At(x, j), load<f64>(f64At(x, j)) / norm);
    solveForward(factor, inverse, width, x);
    // Of L^-1 x with |x| = 1: the Rayleigh quotient, which is at most the eigenvalue.
    guess = square(x, n);
    solveBackward(factor, inverse, width, x);
  }
  const gram = formGram(factor, width);
  let trace: f64 = 0;
  for (let j: u32 = 0; j < n; j++) trace += load<f64>(f64At(gram, j * width + j));
  // What rounding may have changed, and more.
  const margin = 1e-14 * <f64>n * trace;
  if (isPositive(gram, width, n, 1 / (1.05 * guess) + margin)) return 1.05 * guess;
  if (isPositive(gram, width, n, 1 / (1.3 * guess) + margin)) return 1.3 * guess;
  if (isPositive(gram, width, n, 1 / (2 * guess) + margin)) return 2 * guess;
  if (isPositive(gram, width, n, 1 / (8 * guess) + margin)) return 8 * guess;
  return Infinity;
}

function square(x: usize, n: u32): f64 {
  let sum: f64 = 0;
  for (let j: u32 = 0; j < n; j++) {
    const y = load<f64>(f64At(x, j));
    sum += y * y;
  }
  return sum;
}

/** L L', the lower triangle by columns. */
function formGram(factor: usize, width: u32): usize {
  const gram = gramRoom.fit(f64At(0, width * width));
  memory.fill(gram, 0, f64At(0, width * width));
  for (let k: u32 = 0; k < width; k++) {
    const column = f64At(factor, k * width);
    for (let j = k; j < width; j++) add(f64At(gram, j * width), column, load<f64>(f64At(column, j)), j, width);
  }
  return gram;
}

/** Adds a multiple of numbers `start` to `end` of one column to another; a pair may begin one before. */
// @ts-ignore: decorator
@inline
function add(to: usize, from: usize, factor: f64, start: u32, end: u32): void {
  const both = f64x2.splat(factor);
  for (let at = f64At(0, start & ~1); at < f64At(0, end); at += 16) {
    v128.store(to + at, f64x2.add(v128.load(to + at), f64x2.mul(v128.load(from + at), both)));
  }
}

/** Is the matrix less `shift` times the unit matrix positive definite? By its factorisation. */
function isPositive(gram: usize, width: u32, n: u32, shift: f64): bool {
  const matrix = triedRoom.fit(f64At(0, width * width));
  memory.copy(matrix, gram, f64At(0, width * width));
  for (let j: u32 = 0; j < n; j++) {
    const column = f64At(matrix, j * width);
    const diagonal = f64At(column, j);
    store<f64>(diagonal, load<f64>(diagonal) - shift);
    for (let k: u32 = 0; k < j; k++) {
      const other = f64At(matrix, k * width);
      add(column, other, -load<f64>(f64At(other, j)), j, width);
    }
    const pivot = load<f64>(diagonal);
    // NaN is not above 0 either.
    if (!(pivot > 0)) return false;
    const inverse = 1 / Math.sqrt(pivot);
    for (let i = j; i < width; i++) store<f64>(f64At(column, i), load<f64>(f64At(column, i)) * inverse);
  }
  return true;
}
