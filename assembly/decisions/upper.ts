// Which actions have the highest upper confidence bounds? Most widths need not be computed: see
// native/src/decisions/upper.rs.

import { Actions } from './actions';
import { largestEigenvalue } from './bound';
import { squares } from './factor';
import { f32At, f64At, Room } from './memory';
import { Posterior } from './posterior';
import { beginBest, insert, MOST_PICKS, pick, takes, threshold } from './rank';

/** Actions whose widths are computed together, and at least. */
const LANES: u32 = 8;

/** More than the rounding of widths and bounds. */
const SLACK: f64 = 1 + 1e-6;

const laneRoom = new Room();
const boundRoom = new Room();
const restRoom = new Room();
const seeds = memory.data(256, 16);
const sums = memory.data(64, 16);

/** Adds alpha times the widths to all scores. */
export function widen(
  p: Posterior,
  actions: Actions,
  rows: usize,
  count: u32,
  context: usize,
  alpha: f64,
  scores: usize,
): void {
  const all = restRoom.fit(f32At(0, count));
  for (let i: u32 = 0; i < count; i++) store<u32>(f32At(all, i), i);
  for (let i: u32 = 0; i < count; i += LANES) {
    add(p, actions, rows, context, alpha, f32At(all, i), min<u32>(LANES, count - i), scores);
  }
}

/** Picks the best scores with widths, and computes those widths only that may matter. For one to `MOST_PICKS`. */
export function pickWidest(
  p: Posterior,
  actions: Actions,
  rows: usize,
  count: u32,
  context: usize,
  alpha: f64,
  scores: usize,
  picks: usize,
  wanted: u32,
): void {
  const bounds = boundRoom.fit(f32At(0, count));
  bound(p, actions, rows, count, context, alpha, scores, bounds);
  const first = min<u32>(count, max<u32>(wanted, LANES));
  pick(bounds, count, seeds, first);
  beginBest(picks, wanted);
  for (let i: u32 = 0; i < first; i += LANES) {
    const some = min<u32>(LANES, first - i);
    add(p, actions, rows, context, alpha, f32At(seeds, i), some, scores);
    for (let j = i; j < i + some; j++) {
      const index = load<u32>(f32At(seeds, j));
      insert(load<f32>(f32At(scores, index)), index);
      store<f32>(f32At(bounds, index), NaN);
    }
  }
  const rest = restRoom.fit(f32At(0, LANES));
  let waiting: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const limit = load<f32>(f32At(bounds, i));
    if (limit >= threshold() && takes(limit, i)) store<u32>(f32At(rest, waiting++), i);
    if (waiting == LANES || (i + 1 == count && waiting > 0)) {
      add(p, actions, rows, context, alpha, rest, waiting, scores);
      for (let j: u32 = 0; j < waiting; j++) {
        const index = load<u32>(f32At(rest, j));
        insert(load<f32>(f32At(scores, index)), index);
      }
      waiting = 0;
    }
  }
}

/** Writes what each score may reach with its width. */
function bound(
  p: Posterior,
  actions: Actions,
  rows: usize,
  count: u32,
  context: usize,
  alpha: f64,
  scores: usize,
  out: usize,
): void {
  if (p.age >= p.dimension) {
    p.widest = min(p.widest, largestEigenvalue(p.factor, p.inverse, p.width, p.dimension));
    p.age = 0;
  }
  let most: f64 = context == 0 ? 1 : 0;
  for (let j: u32 = 0; context != 0 && j < p.dimension; j++) {
    most = max(most, Math.abs(<f64>load<f32>(f32At(context, j))));
  }
  const factor = alpha * Math.sqrt(p.widest / p.scale) * most * SLACK;
  for (let i: u32 = 0; i < count; i++) {
    const norm = load<f64>(f64At(actions.norms, load<u32>(f32At(rows, i))));
    const limit = <f32>(<f64>load<f32>(f32At(scores, i)) + factor * norm);
    // An unknown one rules nothing out.
    store<f32>(f32At(out, i), isNaN(limit) ? Infinity : limit + 0);
  }
}

/** Adds alpha times their widths to the scores of some actions. */
function add(
  p: Posterior,
  actions: Actions,
  rows: usize,
  context: usize,
  alpha: f64,
  some: usize,
  count: u32,
  scores: usize,
): void {
  const y = laneRoom.fit(f64At(0, p.width * LANES));
  const stride = f32At(0, p.width);
  for (let lane: u32 = 0; lane < LANES; lane += 2) {
    // Lanes left over repeat the first.
    const a = actions.rows + <usize>rowOf(rows, some, lane < count ? lane : 0) * stride;
    const b = actions.rows + <usize>rowOf(rows, some, lane + 1 < count ? lane + 1 : 0) * stride;
    let to = f64At(y, lane);
    for (let at: usize = 0; at < stride; at += 16, to += 256) {
      const low = v128.shuffle<f32>(v128.load(a + at), v128.load(b + at), 0, 4, 1, 5);
      const high = v128.shuffle<f32>(v128.load(a + at), v128.load(b + at), 2, 6, 3, 7);
      v128.store(to, f64x2.promote_low_f32x4(low));
      v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<f64>(low, low, 1, 1)), 64);
      v128.store(to, f64x2.promote_low_f32x4(high), 128);
      v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<f64>(high, high, 1, 1)), 192);
    }
  }
  if (context != 0) {
    for (let j: u32 = 0; j < p.dimension; j++) {
      const c = f64x2.splat(<f64>load<f32>(f32At(context, j)));
      for (let at = f64At(y, j * LANES), end = at + 64; at < end; at += 16) {
        v128.store(at, f64x2.mul(v128.load(at), c));
      }
    }
  }
  squares(p.factor, p.inverse, p.width, y, sums);
  for (let lane: u32 = 0; lane < count; lane++) {
    const place = f32At(scores, load<u32>(f32At(some, lane)));
    const width = Math.sqrt(load<f64>(f64At(sums, lane)) / p.scale);
    const value = <f32>(<f64>load<f32>(place) + alpha * width);
    store<f32>(place, isNaN(value) ? -Infinity : value + 0);
  }
}

// @ts-ignore: decorator
@inline
function rowOf(rows: usize, some: usize, i: u32): u32 {
  return load<u32>(f32At(rows, load<u32>(f32At(some, i))));
}
