/** What does showing a title cause, and what is played anyway? One hero slot by both, where the truth is known. */

import { averageEffect, IncrementalBillboard, type Interval, qiniBand, RandomStream } from '../../index.ts';
import { runBillboard } from '../../simulation/billboard.ts';
import { mostLikely } from '../../simulation/billboard-log.ts';
import { billboardTrial, shownShares } from '../../simulation/billboard-trial.ts';
import { LiftWorld } from '../../simulation/lift-world.ts';
import { titleNames } from '../../simulation/title-names.ts';
import { standingOut } from '../charts/scatter.ts';

const TITLES = 24;
const HOLDOUT = 0.05;
/** Visits of the slot while both policies run, and visits filled by chance that judge them. */
const VISITS = 40_000;
const JUDGED = 30_000;
const RESAMPLES = 60;

/** One title of the slot. */
export interface DemoTitle {
  readonly name: string;
  /** Times that it was shown or withheld by chance. */
  readonly rows: number;
  /** P(play | not shown), as observed. */
  readonly baseline: number;
  /** P(play | shown) - P(play | not shown), as observed. */
  readonly lift: Interval;
  /** The same from the world. */
  readonly truth: { readonly baseline: number; readonly lift: number };
  /** Share of people to whom each policy would show it. */
  readonly shownTo: { readonly mostLikely: number; readonly incremental: number };
}

/**
 * Fills the slot by P(play | shown), as a perfect scorer knows it, and by lift, which is learned from a holdout; then
 * judges both by visits filled by chance.
 *
 * @param seed of the world and all draws. @param onProgress called with the share done.
 */
export function incrementalSection(seed: number, onProgress: (share: number) => void) {
  // Titles that are played anyway gain neither more nor less by being shown.
  const correlation = 0;
  const world = new LiftWorld({ correlation, titles: TITLES, seed });
  const policies = {
    mostLikely: mostLikely(TITLES),
    incremental: new IncrementalBillboard({ arms: TITLES }),
  };
  const run = { visits: VISITS, share: HOLDOUT, seed };
  const gained = {
    // It learns nothing, so that fewer visits say as much.
    mostLikely: runBillboard(world, policies.mostLikely, { ...run, visits: VISITS / 4 }).incremental,
    incremental: runBillboard(world, policies.incremental, run).incremental,
  };
  onProgress(0.3);
  const compared = [policies.incremental, policies.mostLikely];
  const trial = billboardTrial(world, compared, { visits: JUDGED, share: HOLDOUT, seed });
  onProgress(0.7);
  const { treatment, outcomes } = trial;
  const [incremental, likely] = trial.scores.map((uplift, i) =>
    qiniBand({ uplift, treatment, outcomes }, { resamples: i === 0 ? RESAMPLES : 1, seed }),
  );
  const titles = titlesOf(world, trial, {
    mostLikely: shownShares(world, policies.mostLikely),
    incremental: shownShares(world, policies.incremental),
  });
  const average = titles.reduce((sum, { lift }) => sum + lift.mean, 0) / TITLES;
  return {
    simulated: true as const,
    correlation,
    holdout: HOLDOUT,
    visits: VISITS,
    /** True incremental plays per visit, while learning. */
    gained,
    judgedBy: JUDGED,
    average,
    titles,
    standOut: standingOut(titles, average).map(({ name }) => name),
    /** Titles that one policy shows to more people than the other, the largest difference first. */
    disagreement: titles
      .filter(({ shownTo }) => Math.abs(shownTo.incremental - shownTo.mostLikely) >= 0.01)
      .sort((a, b) => differenceOf(b) - differenceOf(a)),
    qini: { incremental: columnsOf(incremental), mostLikely: columnsOf(likely) },
  };
}

/** What the section found. */
export type IncrementalSection = ReturnType<typeof incrementalSection>;

function titlesOf(
  world: LiftWorld,
  { titles, treatment, outcomes }: ReturnType<typeof billboardTrial>,
  shown: Readonly<Record<keyof DemoTitle['shownTo'], Float64Array>>,
): DemoTitle[] {
  const names = titleNames(
    new Uint32Array(TITLES).map((_, i) => i % 18),
    new RandomStream(1, 'hero slot'),
  );
  return names.map((name, title) => {
    const arm = (shown: 0 | 1) => {
      const of = outcomes.filter((_, i) => titles[i] === title && treatment[i] === shown);
      return { ...averageEffect(of), rows: of.length };
    };
    const [without, withIt] = [arm(0), arm(1)];
    const mean = withIt.mean - without.mean;
    const reach = 1.96 * Math.hypot(withIt.standardError, without.standardError);
    return {
      name,
      rows: without.rows + withIt.rows,
      baseline: without.mean,
      lift: { mean, low: mean - reach, high: mean + reach },
      truth: { baseline: world.baselines[title], lift: world.lifts[title] },
      shownTo: { mostLikely: shown.mostLikely[title], incremental: shown.incremental[title] },
    };
  });
}

function differenceOf({ shownTo }: DemoTitle): number {
  return Math.abs(shownTo.incremental - shownTo.mostLikely);
}

/** A band as JSON and charts have it. */
function columnsOf({ shares, heights, low, high }: ReturnType<typeof qiniBand>) {
  const [a, b, c, d] = [shares, heights, low, high].map((column) => Array.from(column));
  return { shares: a, heights: b, low: c, high: d };
}
