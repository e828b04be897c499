/** Which of several learners ranks rows best, and how sure is that? All metrics of all from the same resamples. */

import { unexpected } from '../../errors.ts';
import { type Interval, quantile } from '../../numerics/bootstrap.ts';
import { RandomStream } from '../../numerics/random.ts';
import { auucOf, qiniOf } from './coefficient.ts';
import type { UpliftConvention } from './curve.ts';
import { rankRows } from './ranked-rows.ts';
import { rankingAreas } from './ranking-areas.ts';
import { upliftAtKOf } from './uplift-at-k.ts';

/** What is judged. */
export interface JudgeRankingsOptions {
  /** Predictions to compare, each one per row, made without having seen the row. */
  readonly rankings: readonly ArrayLike<number>[];
  /** 1 where the row was treated, 0 where it was held out, by chance. */
  readonly treatment: ArrayLike<number>;
  /** What came of it: 0 or 1, or any finite number. */
  readonly outcomes: ArrayLike<number>;
  /** Share of the rows of {@link RankingJudgement.upliftAtK}, in (0, 1). @default 0.3 */
  readonly k?: number;
  /** How many samples of rows are drawn with replacement. @default 500 */
  readonly resamples?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Called with the share done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/** How good one ranking is, with 95 % intervals. */
export interface RankingJudgement {
  /** {@link qini} and {@link auuc} in this convention: `scikit-uplift` where outcomes are 0 or 1, else `per-row`. */
  readonly convention: UpliftConvention;
  readonly qini: Interval;
  readonly auuc: Interval;
  /** causalml's `qini_score` and `auuc_score`. */
  readonly causalml: { readonly qini: Interval; readonly auuc: Interval };
  /** Of all rows, `overall`. */
  readonly upliftAtK: Interval;
}

/**
 * Qini, AUUC and uplift at k of several rankings of the same rows, with percentile bootstrap intervals over rows
 * (Efron 1979); all rankings see the same resamples. `mean` is the value on all rows.
 *
 * Cost: `resamples x rows x rankings`, about 40 ns each.
 *
 * @returns one judgement per ranking; a figure that is not defined, as causalml's where the overall effect is 0, is NaN.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for options outside their range; otherwise as {@link qini}.
 * @example
 * ```ts
 * const treatment = Array.from({ length: 100 }, (_, i) => i % 2);
 * const outcomes = treatment.map((treated, i) => (i < 50 ? treated : 0));
 * const [good] = judgeRankings({ rankings: [outcomes.map((_, i) => -i)], treatment, outcomes });
 * good.qini.low > 0; // true
 * ```
 */
export function judgeRankings(options: JudgeRankingsOptions): RankingJudgement[] {
  const { rankings, treatment, outcomes, k = 0.3, resamples = 500, seed = 1, onProgress } = options;
  if (!(k > 0 && k < 1)) throw unexpected('a share in (0, 1)', 'k', k);
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw unexpected('a whole number from 1', 'resamples', resamples);
  }
  const n = treatment.length;
  const judged = rankings.map((uplift) => {
    const ranked = rankRows({ uplift, treatment, outcomes });
    const lastFirst = rankRows({ uplift, treatment, outcomes }, 'last-row-first');
    const convention: UpliftConvention = ranked.binary ? 'scikit-uplift' : 'per-row';
    const measure = (counts?: Uint8Array): number[] => {
      const areas = rankingAreas(ranked, counts);
      return [
        qiniOf(areas, convention),
        auucOf(areas, convention),
        qiniOf(areas, 'causalml'),
        auucOf(areas, 'causalml'),
        upliftAtKOf(lastFirst, k, 'overall', counts),
      ];
    };
    return { convention, measure, all: measure(), drawn: [] as number[][] };
  });
  const random = new RandomStream(seed, 'uplift resamples');
  const counts = new Uint8Array(n);
  for (let r = 0; r < resamples; r++) {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[random.below(n)]++;
    for (const { measure, drawn } of judged) drawn.push(measure(counts));
    onProgress?.((r + 1) / resamples);
  }
  return judged.map(({ convention, all, drawn }) => {
    const interval = (metric: number): Interval => {
      // A resample without one of the arms has no value.
      const values = drawn.map((row) => row[metric]).filter(Number.isFinite);
      const sorted = Float64Array.from(values).sort();
      const bound = (q: number): number => (sorted.length === 0 ? Number.NaN : quantile(sorted, q));
      return { mean: all[metric], low: bound(0.025), high: bound(0.975) };
    };
    return {
      convention,
      qini: interval(0),
      auuc: interval(1),
      causalml: { qini: interval(2), auuc: interval(3) },
      upliftAtK: interval(4),
    };
  });
}
