// Which indexes have the highest scores? Ties by lower index.

import { select } from '../kernels';
import { order } from '../keys';
import { f32At, f64At, Room } from './memory';

/** Beyond so many picks a selection from all is faster than insertion. */
export const MOST_PICKS: u32 = 64;

/** The best so far, in order: where their indexes and scores are, how many are wanted, how many there are. */
let picks: usize = 0;
const scores = memory.data(256, 16);
let wanted: u32 = 0;
let filled: u32 = 0;

const keys = new Room();

/** Begins anew, for one to `MOST_PICKS`. */
export function beginBest(to: usize, count: u32): void {
  picks = to;
  wanted = count;
  filled = 0;
}

/** What a score must reach to be taken. */
// @ts-ignore: decorator
@inline
export function threshold(): f32 {
  return filled < wanted ? -Infinity : load<f32>(f32At(scores, wanted - 1));
}

/** Would it be taken? */
// @ts-ignore: decorator
@inline
export function takes(score: f32, index: u32): bool {
  if (filled < wanted) return true;
  const last = load<f32>(f32At(scores, filled - 1));
  return score > last || (score == last && index < load<u32>(f32At(picks, filled - 1)));
}

export function insert(score: f32, index: u32): void {
  if (!takes(score, index)) return;
  if (filled < wanted) filled++;
  let at = filled - 1;
  while (at > 0) {
    const other = load<f32>(f32At(scores, at - 1));
    const holder = load<u32>(f32At(picks, at - 1));
    if (!(other < score || (other == score && holder > index))) break;
    store<f32>(f32At(scores, at), other);
    store<u32>(f32At(picks, at), holder);
    at--;
  }
  store<f32>(f32At(scores, at), score);
  store<u32>(f32At(picks, at), index);
}

/** Writes the indexes of the best of `size` scores, at most as many. No score is NaN or -0. */
export function pick(from: usize, size: u32, to: usize, count: u32): void {
  if (count == 0) return;
  if (count == 1) store<u32>(to, position(from, size, greatest(from, size)));
  else if (count <= MOST_PICKS) {
    beginBest(to, count);
    const whole = size & ~3;
    for (let i: u32 = 0; i < whole; i += 4) {
      const four = v128.load(f32At(from, i));
      if (filled == count && !v128.any_true(f32x4.gt(four, f32x4.splat(threshold())))) continue;
      insert(f32x4.extract_lane(four, 0), i);
      insert(f32x4.extract_lane(four, 1), i + 1);
      insert(f32x4.extract_lane(four, 2), i + 2);
      insert(f32x4.extract_lane(four, 3), i + 3);
    }
    for (let i = whole; i < size; i++) insert(load<f32>(f32At(from, i)), i);
  } else sortAll(from, size, to, count);
}

/** The greatest score; minus infinity of none. */
export function greatest(from: usize, size: u32): f32 {
  const whole = size & ~7;
  let a = f32x4.splat(-Infinity);
  let b = a;
  for (let i: u32 = 0; i < whole; i += 8) {
    a = f32x4.pmax(a, v128.load(f32At(from, i)));
    b = f32x4.pmax(b, v128.load(f32At(from, i), 16));
  }
  a = f32x4.pmax(a, b);
  let top = max(
    max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
  for (let i = whole; i < size; i++) top = max(top, load<f32>(f32At(from, i)));
  return top;
}

/** The first index of a score that is there. */
export function position(from: usize, size: u32, score: f32): u32 {
  const whole = size & ~3;
  const four = f32x4.splat(score);
  for (let i: u32 = 0; i < whole; i += 4) {
    const found = i32x4.bitmask(f32x4.eq(v128.load(f32At(from, i)), four));
    if (found != 0) return i + ctz(found);
  }
  for (let i = whole; i < size; i++) if (load<f32>(f32At(from, i)) == score) return i;
  return 0;
}

/** By keys of which the better is the smaller. */
function sortAll(from: usize, size: u32, to: usize, count: u32): void {
  const at = keys.fit(f64At(0, size));
  for (let i: u32 = 0; i < size; i++) {
    store<u64>(f64At(at, i), ((<u64>order(load<f32>(f32At(from, i)))) << 32) | i);
  }
  if (count < size) select(at, size, count);
  heapSort(at, count);
  for (let i: u32 = 0; i < count; i++) store<u32>(f32At(to, i), <u32>load<u64>(f64At(at, i)));
}

function heapSort(at: usize, count: u32): void {
  for (let i = count >>> 1; i > 0; i--) sift(at, i - 1, count);
  for (let end = count - 1; end > 0; end--) {
    const last = load<u64>(f64At(at, end));
    store<u64>(f64At(at, end), load<u64>(at));
    store<u64>(at, last);
    sift(at, 0, end);
  }
}

function sift(at: usize, i: u32, count: u32): void {
  const key = load<u64>(f64At(at, i));
  for (;;) {
    let child: u32 = 2 * i + 1;
    if (child >= count) break;
    if (child + 1 < count && load<u64>(f64At(at, child + 1)) > load<u64>(f64At(at, child))) child++;
    const other = load<u64>(f64At(at, child));
    if (other <= key) break;
    store<u64>(f64At(at, i), other);
    i = child;
  }
  store<u64>(f64At(at, i), key);
}
