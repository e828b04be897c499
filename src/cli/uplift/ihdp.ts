/** How far are the learners from the true effects, over simulations of one trial? */

import {
  ateError,
  type BaseName,
  bootstrap,
  chooseUplift,
  foldsOf,
  type IhdpTrial,
  type Interval,
  type JudgedUplift,
  judgeRankings,
  loadIhdp,
  rankWithinFolds,
  sqrtPehe,
} from '../../index.ts';
import { step } from '../progress.ts';
import type { UpliftOptions } from '../uplift.ts';

const FOLDS = 5;

const FIGURES = [
  ...['sqrtPehe', 'ateError', 'sqrtPeheOutOfFold', 'ateErrorOutOfFold'],
  ...['qini', 'auuc', 'upliftAt30'],
] as const;
type Figures = Readonly<Record<(typeof FIGURES)[number], number>>;

/** Means over the files, with bootstrap intervals over the files. */
export type FileMeans = Readonly<Record<(typeof FIGURES)[number], Interval>>;

/** A learner over all files. */
export interface IhdpLearner extends FileMeans {
  readonly name: string;
  readonly base: BaseName | 'chosen';
}

/** What the command says of files whose truth is known. */
export interface IhdpReport {
  readonly format: 'ihdp';
  readonly data: readonly string[];
  readonly counts: { readonly files: number; readonly rows: number };
  readonly folds: number;
  readonly conventions: Readonly<Record<string, string>>;
  readonly learners: readonly IhdpLearner[];
  /** The learner chosen for each file without a look at the truth. */
  readonly best: IhdpLearner;
  /** Over files, by Bonferroni's correction. */
  readonly heterogeneity: { readonly found: boolean; readonly p: number };
  readonly files: readonly {
    readonly data: string;
    readonly rows: number;
    readonly best: { readonly name: string; readonly base: BaseName };
    readonly heterogeneity: { readonly found: boolean; readonly p: number };
  }[];
}

/** Fits every learner on every file and compares with the truth, which no learner sees. */
export async function judgeIhdp({ data, bases, learners: wanted, seed }: UpliftOptions): Promise<IhdpReport> {
  const learners = new Map<string, { name: string; base: BaseName; figures: Figures[] }>();
  const chosen: Figures[] = [];
  const files: IhdpReport['files'][number][] = [];
  const progress = await step('Fitting learners on each file');
  for (const [i, path] of data.entries()) {
    const trial = await loadIhdp(path);
    const { fits, best, heterogeneity } = chooseUplift(trial, {
      folds: FOLDS,
      seed,
      bases,
      learners: wanted,
      onProgress: (share) => progress.update((i + share) / data.length),
    });
    const figures = figuresOf(trial, fits, seed);
    fits.forEach(({ learner: name, base }, f) => {
      const key = `${name} ${base}`;
      const sofar = learners.get(key) ?? { name, base, figures: [] };
      sofar.figures.push(figures[f]);
      learners.set(key, sofar);
    });
    chosen.push(figures[fits.indexOf(best)]);
    const { learner: name, base } = best;
    files.push({ data: path, rows: trial.treatment.length, best: { name, base }, heterogeneity });
  }
  progress.done(`${data.length} files`);
  const p = Math.min(1, data.length * Math.min(...files.map(({ heterogeneity }) => heterogeneity.p)));
  return {
    format: 'ihdp',
    data,
    counts: { files: files.length, rows: files.reduce((sum, { rows }) => sum + rows, 0) },
    folds: FOLDS,
    conventions: {
      sqrtPehe: 'mean over files, in sample and out of fold, in units of the outcome',
      qini: 'causalml qini_score without normalisation, per row, in units of the outcome; arms as they are',
      auuc: 'causalml auuc_score without normalisation, per row, in units of the outcome; arms as they are',
      upliftAt30: 'scikit-uplift uplift_at_k, overall, k = 0.3; arms as they are',
    },
    learners: [...learners.values()].map(({ name, base, figures }) => ({ name, base, ...meansOf(figures) })),
    best: { ...nameOf(files), ...meansOf(chosen) },
    heterogeneity: { found: p <= 0.05, p },
    files,
  };
}

function figuresOf(
  { treatment, outcomes, truth }: IhdpTrial,
  fits: readonly JudgedUplift[],
  seed: number,
): Figures[] {
  const fold = foldsOf(treatment, FOLDS, seed);
  const rankings = fits.map(({ outOfFold }) => rankWithinFolds(outOfFold, fold));
  const judged = judgeRankings({ rankings, treatment, outcomes, resamples: 1, seed });
  return fits.map(({ inSample, outOfFold }, i) => ({
    sqrtPehe: sqrtPehe(inSample, truth),
    ateError: ateError(inSample, truth),
    sqrtPeheOutOfFold: sqrtPehe(outOfFold, truth),
    ateErrorOutOfFold: ateError(outOfFold, truth),
    qini: judged[i].qini.mean,
    auuc: judged[i].auuc.mean,
    upliftAt30: judged[i].upliftAtK.mean,
  }));
}

function meansOf(figures: readonly Figures[]): FileMeans {
  const entries = FIGURES.map((name) => [name, bootstrap(figures.map((one) => one[name]))] as const);
  return Object.fromEntries(entries) as Record<(typeof FIGURES)[number], Interval>;
}

/** The learner that all files agree on, else `chosen`. */
function nameOf(files: IhdpReport['files']): { name: string; base: BaseName | 'chosen' } {
  const [{ best }] = files;
  const agreed = files.every((file) => file.best.name === best.name && file.best.base === best.base);
  return agreed ? best : { name: 'chosen', base: 'chosen' };
}
