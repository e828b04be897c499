// Which action, or which slate, do scores give? As in src/decisions/kernels/reference/inverse-gap.ts and
// plackett-luce.ts, which say what is drawn and why so.

import { exp } from './elementary';
import { halve } from './factor';
import { f32At, f64At, Room } from './memory';
import { uniform } from './normals';
import { greatest, position } from './rank';

/** Weights that are summed together; a draw looks at such sums first. */
const BLOCK: u32 = 32;

/** Where so little is left of the greatest weight, 1, weights are formed anew: 2^-512. */
const LEAST_TOTAL: f64 = 7.458340731200207e-155;

const weightsRoom = new Room();
const sumsRoom = new Room();
const leftRoom = new Room();
let weights: usize = 0;
let sums: usize = 0;
/** Numbers behind `sums`, a multiple of eight. */
let blocks: u32 = 0;

/** Makes room for whole blocks, zeros behind the last score. */
function fit(count: u32): void {
  const padded = (count + BLOCK - 1) & -BLOCK;
  weights = weightsRoom.fit(f64At(0, padded + 8));
  blocks = (padded / BLOCK + 7) & ~7;
  sums = sumsRoom.fit(f64At(0, blocks));
  memory.fill(f64At(weights, count & ~1), 0, f64At(0, padded - (count & ~1)));
  memory.fill(sums, 0, f64At(0, blocks));
}

/** Is one NaN or infinity? */
function isBad(scores: usize, count: u32): bool {
  const whole = count & ~3;
  let good = i32x4.splat(-1);
  for (let i: u32 = 0; i < whole; i += 4) {
    good = v128.and(good, f32x4.lt(v128.load(f32At(scores, i)), f32x4.splat(Infinity)));
  }
  if (!i32x4.all_true(good)) return true;
  for (let i = whole; i < count; i++) if (!(load<f32>(f32At(scores, i)) < Infinity)) return true;
  return false;
}

/** How many are above minus infinity? */
function present(scores: usize, count: u32): u32 {
  const whole = count & ~3;
  let sum = i32x4.splat(0);
  for (let i: u32 = 0; i < whole; i += 4) {
    sum = i32x4.sub(sum, f32x4.gt(v128.load(f32At(scores, i)), f32x4.splat(-Infinity)));
  }
  let all = <u32>(
    (i32x4.extract_lane(sum, 0) +
      i32x4.extract_lane(sum, 1) +
      i32x4.extract_lane(sum, 2) +
      i32x4.extract_lane(sum, 3))
  );
  for (let i = whole; i < count; i++) if (load<f32>(f32At(scores, i)) > -Infinity) all++;
  return all;
}

/** The sum of a multiple of eight numbers. */
function sum(numbers: usize, count: u32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = f64At(numbers, count);
  for (let at = numbers; at < end; at += 64) {
    s0 = f64x2.add(s0, v128.load(at));
    s1 = f64x2.add(s1, v128.load(at, 16));
    s2 = f64x2.add(s2, v128.load(at, 32));
    s3 = f64x2.add(s3, v128.load(at, 48));
  }
  return halve(s0, s1, s2, s3);
}

function sumBlocks(count: u32): void {
  for (let i: u32 = 0; i < count; i += BLOCK) {
    store<f64>(f64At(sums, i / BLOCK), sum(f64At(weights, i), BLOCK));
  }
}

/** The index at which the running sum of the weights exceeds `target`; -1 if none does. */
function draw(target: f64): i32 {
  for (let block: u32 = 0; block < blocks; block++) {
    const share = load<f64>(f64At(sums, block));
    if (target >= share) {
      target -= share;
      continue;
    }
    let last: i32 = -1;
    for (let i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
      const weight = load<f64>(f64At(weights, i));
      if (weight == 0) continue;
      last = i;
      if (target < weight) break;
      target -= weight;
    }
    return last;
  }
  return -1;
}

/** The pick; -1 if a score is NaN or infinity. The probabilities are at `probabilities()` then. */
export function inverseGap(scores: usize, count: u32, gamma: f64, target: f64): i32 {
  if (isBad(scores, count)) return -1;
  const top = greatest(scores, count);
  const best = position(scores, count, top);
  fit(count);
  if (top == -Infinity) {
    for (let i: u32 = 0; i < count; i++) store<f64>(f64At(weights, i), 1.0 / <f64>count);
  } else {
    const most = f64x2.splat(<f64>top);
    const base = f64x2.splat(<f64>present(scores, count));
    const infinity = f64x2.splat(Infinity);
    for (let i: u32 = 0; i < count; i += 2) {
      const gap = f64x2.sub(most, f64x2.promote_low_f32x4(v128.load64_zero(f32At(scores, i))));
      const share = f64x2.div(f64x2.splat(1), f64x2.add(base, f64x2.mul(f64x2.splat(gamma), gap)));
      v128.store(f64At(weights, i), v128.and(share, f64x2.lt(gap, infinity)));
    }
    if (count & 1) store<f64>(f64At(weights, count), 0);
  }
  store<f64>(f64At(weights, best), 0);
  sumBlocks(count);
  const drawn = draw(target);
  store<f64>(f64At(weights, best), max(0, 1 - sum(sums, blocks)));
  return drawn == -1 ? best : drawn;
}

/** Where the probabilities of the last `inverseGap` are. */
export function probabilities(): usize {
  return weights;
}

/** Writes exp((score - top) / temperature) of all. */
function weigh(scores: usize, count: u32, top: f32, temperature: f64): void {
  if (top == -Infinity) {
    // Nothing else is left.
    for (let i: u32 = 0; i < count; i++) store<f64>(f64At(weights, i), 1);
    return;
  }
  const most = f64x2.splat(<f64>top);
  const divisor = f64x2.splat(temperature);
  for (let i: u32 = 0; i < count; i += 2) {
    const x = f64x2.promote_low_f32x4(v128.load64_zero(f32At(scores, i)));
    v128.store(f64At(weights, i), exp(f64x2.div(f64x2.sub(x, most), divisor)));
  }
  if (count & 1) store<f64>(f64At(weights, count), 0);
}

/** Writes picks, no more than scores, and as many propensities; false if a score is NaN or infinity. */
export function plackettLuce(
  scores: usize,
  count: u32,
  temperature: f64,
  key0: u32,
  key1: u32,
  picks: usize,
  propensities: usize,
  places: u32,
): bool {
  if (isBad(scores, count)) return false;
  fit(count);
  let total: f64 = 0;
  for (let place: u32 = 0; place < places; place++) {
    if (total < LEAST_TOTAL) {
      const top = place == 0 ? greatest(scores, count) : greatestLeft(scores, count, picks, place);
      weigh(scores, count, top, temperature);
      for (let i: u32 = 0; i < place; i++) store<f64>(f64At(weights, load<u32>(f32At(picks, i))), 0);
      sumBlocks(count);
      total = sum(sums, blocks);
    }
    let pick = draw(uniform(key0, key1, place) * total);
    if (pick == -1) {
      // Rounding may leave a rest behind the last weight, which then has it.
      pick = count - 1;
      while (pick > 0 && load<f64>(f64At(weights, pick)) == 0) pick--;
    }
    store<u32>(f32At(picks, place), pick);
    store<f64>(f64At(propensities, place), load<f64>(f64At(weights, pick)) / total);
    store<f64>(f64At(weights, pick), 0);
    const block = <u32>pick / BLOCK;
    store<f64>(f64At(sums, block), sum(f64At(weights, block * BLOCK), BLOCK));
    total = sum(sums, blocks);
  }
  return true;
}

function greatestLeft(scores: usize, count: u32, taken: usize, places: u32): f32 {
  const left = leftRoom.fit(f32At(0, count));
  memory.copy(left, scores, f32At(0, count));
  for (let i: u32 = 0; i < places; i++) store<f32>(f32At(left, load<u32>(f32At(taken, i))), -Infinity);
  return greatest(left, count);
}
