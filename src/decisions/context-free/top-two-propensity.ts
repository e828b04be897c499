/** How likely was each item at its place, when favourite and challenger share the slates? */

import type { RandomStream } from '../../numerics/random.ts';
import { rank } from '../../numerics/rank.ts';
import { checkDraws } from '../checks.ts';
import { flooredPropensity } from '../floor.ts';
import { possible } from '../least-propensity.ts';
import type { ArmPosterior } from './arm-posterior.ts';
import { Others } from './thompson-slate.ts';
import { REDRAWS, type TopTwoSettings } from './top-two.ts';

/**
 * P(item at its place) by conditional Monte Carlo along runs of the algorithm: in each draw the item's own value is
 * averaged over, given those of the others, and with it whether the search for a challenger goes on. Unbiased.
 *
 * Cost: up to {@link REDRAWS} + 1 draws of the pool a round.
 */
export function estimateTopTwo(
  posterior: ArmPosterior,
  picks: Uint32Array,
  { floor, leaderShare }: TopTwoSettings,
  random: RandomStream,
  rounds: number,
): Float64Array {
  checkDraws(rounds);
  const n = posterior.size;
  const slate = picks.length;
  if (n <= 1) return new Float64Array(slate).fill(1);
  const items = Array.from(picks, (pick, k) => new Item(pick, k, slate, posterior.below(pick)));
  const run = new Run(posterior, slate + 2, random);
  for (let round = 0; round < rounds; round++) {
    run.restart();
    for (const item of items) item.follow(run, leaderShare);
  }
  const propensities = items.map(({ atPlace, outside }, k) =>
    flooredPropensity(k, slate, n, floor, atPlace / rounds, outside / rounds),
  );
  return possible(Float64Array.from(propensities));
}

/** The draws of one run, made when they are first asked for. */
class Run {
  readonly #posterior: ArmPosterior;
  readonly #depth: number;
  readonly #random: RandomStream;
  readonly #draws: Float64Array[] = [];
  readonly #tops: Uint32Array[] = [];
  #made = 0;

  constructor(posterior: ArmPosterior, depth: number, random: RandomStream) {
    this.#posterior = posterior;
    this.#depth = depth;
    this.#random = random;
  }

  restart(): void {
    this.#made = 0;
  }

  /** Draw r, from 0, without the entry. */
  others(r: number, entry: number): Others {
    for (; this.#made <= r; this.#made++) {
      this.#draws[this.#made] ??= new Float64Array(this.#posterior.size);
      this.#posterior.draw(this.#draws[this.#made], this.#random);
      this.#tops[this.#made] = rank(this.#draws[this.#made], this.#depth);
    }
    return new Others(this.#draws[r], this.#tops[r], entry);
  }
}

/** How often an item stands at its place in the base slate, and how often outside of it. */
class Item {
  atPlace = 0;
  outside = 0;
  readonly #entry: number;
  readonly #place: number;
  readonly #slate: number;
  readonly #below: (x: number) => number;

  constructor(entry: number, place: number, slate: number, below: (x: number) => number) {
    this.#entry = entry;
    this.#place = place;
    this.#slate = slate;
    this.#below = below;
  }

  /** Books one run. */
  follow(run: Run, leaderShare: number): void {
    const first = run.others(0, this.#entry);
    this.#book(first, leaderShare);
    // The favourite is the item itself or the best of the others; each has a search of its own.
    const leads = 1 - this.#below(first.draw(0));
    this.#challengeItself(run, (1 - leaderShare) * leads);
    this.#challengeOther(run, first.entry(0) as number, (1 - leaderShare) * (1 - leads));
  }

  /** Books the search that follows when the item is the favourite, which has this probability. */
  #challengeItself(run: Run, probability: number): void {
    let going = probability;
    for (let redraw = 1; redraw <= REDRAWS && going > 0; redraw++) {
      const others = run.others(redraw, this.#entry);
      const again = 1 - this.#below(others.draw(0));
      if (this.#place > 0) this.atPlace += going * this.#between(others, this.#place);
      this.outside += going * this.#below(others.draw(this.#slate - 1));
      going *= again;
    }
    // On top to the last: it changes places with the runner-up.
    if (this.#place === 1) this.atPlace += going;
    if (this.#slate === 1) this.outside += going;
  }

  /** Books the search that follows when another entry is the favourite. */
  #challengeOther(run: Run, leader: number, probability: number): void {
    let going = probability;
    for (let redraw = 1; redraw <= REDRAWS && going > 0; redraw++) {
      const others = run.others(redraw, this.#entry);
      if (others.entry(0) !== leader) {
        this.#book(others, going);
        return;
      }
      // The search ends here only if the item tops the favourite.
      const tops = 1 - this.#below(others.draw(0));
      if (this.#place === 0) this.atPlace += going * tops;
      if (redraw === REDRAWS) this.#bookSwapped(others, going);
      going *= 1 - tops;
    }
  }

  /** Books the slate of the largest draws. */
  #book(others: Others, probability: number): void {
    this.atPlace += probability * this.#between(others, this.#place);
    this.outside += probability * this.#below(others.draw(this.#slate - 1));
  }

  /** Books the cases of a draw in which the favourite is on top and changes places with the runner-up. */
  #bookSwapped(others: Others, probability: number): void {
    const place = this.#place === 0 ? 1 : this.#place;
    if (this.#place !== 1) this.atPlace += probability * this.#between(others, place);
    this.outside += probability * this.#below(others.draw(Math.max(this.#slate, 2) - 1));
  }

  /** P(the item stands at this place | the others' draws). */
  #between(others: Others, place: number): number {
    const above = place === 0 ? 1 : this.#below(others.draw(place - 1));
    return Math.max(0, above - this.#below(others.draw(place)));
  }
}
