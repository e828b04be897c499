/** How well does each learner rank the rows of one trial by the effect on them? */

import {
  type AverageEffect,
  type BaseName,
  chooseUplift,
  foldsOf,
  type Interval,
  judgeRankings,
  loadTrial,
  rankAverageTreatmentEffect,
  rankWithinFolds,
  SluiceError,
  type Trial,
  type TrialFileOptions,
  type UpliftCalibration,
  type UpliftChoice,
  upliftCalibration,
} from '../../index.ts';
import { step } from '../progress.ts';
import type { UpliftOptions } from '../uplift.ts';

const FOLDS = 5;

/** Boosted trees take a minute from here on, and are then fitted only where they are asked for. */
const TREES_UP_TO = 10_000;

/** The conventions of the figures: three scales of Qini are in use. */
const BINARY = {
  qini: 'scikit-uplift qini_auc_score',
  auuc: 'scikit-uplift uplift_auc_score',
};
const AMOUNTS = {
  qini: 'causalml qini_score without normalisation, per row, in units of the outcome',
  auuc: 'causalml auuc_score without normalisation, per row, in units of the outcome',
};
const ALWAYS = {
  causalml: 'causalml qini_score and auuc_score, over the effect if all were treated',
  upliftAt30: 'scikit-uplift uplift_at_k, overall, k = 0.3',
  autoc: 'mean over q of the effect among the first q less the mean effect, in units of the outcome',
};

/** How a learner did on rows that it had not seen. */
export interface LearnerReport {
  readonly name: string;
  readonly base: BaseName;
  readonly rLoss: number;
  readonly qini: Interval;
  readonly auuc: Interval;
  readonly upliftAt30: Interval;
  readonly causalml: { readonly qini: Interval; readonly auuc: Interval };
  readonly autoc: Interval & { readonly standardError: number; readonly p: number };
}

/** What the command says of a trial. */
export interface TrialReport {
  readonly data: string;
  readonly treatment: { readonly column: string; readonly treated: string; readonly control: string };
  readonly outcome: string;
  readonly counts: Trial['counts'];
  readonly columns: Trial['columns'];
  readonly leftOut: Trial['leftOut'];
  readonly features: readonly string[];
  readonly folds: number;
  readonly resamples: number;
  readonly conventions: Readonly<Record<keyof typeof BINARY | keyof typeof ALWAYS, string>>;
  /** The mean effect, in units of the outcome. */
  readonly average: AverageEffect;
  readonly heterogeneity: UpliftChoice['heterogeneity'];
  readonly learners: readonly LearnerReport[];
  readonly best: LearnerReport;
  /** Predicted and observed uplift of the best learner on rows not seen, by tenths. */
  readonly calibration: UpliftCalibration;
  /** Bases that were not fitted because the trial is large. */
  readonly skipped: readonly BaseName[];
}

/** What a report is drawn from. */
export interface JudgedTrial {
  readonly trial: Trial;
  readonly choice: UpliftChoice;
  /** Out-of-fold ranks by the best learner. */
  readonly ranks: Float64Array;
}

/** Reads the trial, fits every learner and judges each on rows that it has not seen. */
export async function judgeTrial(
  options: UpliftOptions,
): Promise<{ result: TrialReport; judged: JudgedTrial }> {
  const { data, resamples, seed } = options;
  const columns = columnsOf(options);
  if (data.length !== 1) {
    throw new SluiceError(
      'ERR_SLUICE_INVALID_ARGUMENT',
      `Expected one file for --data but received ${data.length}`,
      {
        remedy: 'Name one trial; several files go with --format ihdp.',
      },
    );
  }
  const reading = await step('Reading the trial');
  const trial = await loadTrial(data[0], columns);
  const { treatment, outcomes, counts } = trial;
  const rows = treatment.length;
  reading.done(`${counts.treated} treated, ${counts.controls} controls`);
  const binary = outcomes.every((outcome) => outcome === 0 || outcome === 1);
  const all: BaseName[] = binary ? ['ridge', 'logistic', 'trees'] : ['ridge', 'trees'];
  const bases = options.bases ?? (rows > TREES_UP_TO ? all.filter((base) => base !== 'trees') : all);
  const fitting = await step(`Fitting learners over ${bases.join(', ')}`);
  const choice = chooseUplift(trial, {
    ...{ folds: FOLDS, seed, bases, learners: options.learners },
    onProgress: fitting.update,
  });
  fitting.done(`${choice.fits.length} fits, ${FOLDS} folds`);
  const judging = await step('Judging them on rows not seen');
  const fold = foldsOf(treatment, FOLDS, seed);
  const rankings = choice.fits.map(({ outOfFold }) => rankWithinFolds(outOfFold, fold));
  const figures = judgeRankings({
    rankings,
    treatment,
    outcomes,
    resamples,
    seed,
    onProgress: judging.update,
  });
  const learners = choice.fits.map(({ learner, base, rLoss }, i): LearnerReport => {
    const { qini, auuc, causalml, upliftAtK } = figures[i];
    const autoc = rankAverageTreatmentEffect({
      priorities: rankings[i],
      scores: choice.nuisances.scores,
      seed,
    });
    const { estimate, ...sureness } = autoc;
    return {
      name: learner,
      base,
      rLoss,
      qini,
      auuc,
      upliftAt30: upliftAtK,
      causalml,
      autoc: { mean: estimate, ...sureness },
    };
  });
  judging.done(`${resamples} resamples`);
  const chosen = choice.fits.indexOf(choice.best);
  const result: TrialReport = {
    data: data[0],
    treatment: { column: columns.treatment, treated: columns.treated, control: columns.control },
    outcome: columns.outcome,
    counts,
    columns: trial.columns,
    leftOut: trial.leftOut,
    features: trial.featureNames,
    folds: FOLDS,
    resamples,
    conventions: { ...(binary ? BINARY : AMOUNTS), ...ALWAYS },
    average: choice.average,
    heterogeneity: choice.heterogeneity,
    learners,
    best: learners[chosen],
    calibration: upliftCalibration({ uplift: choice.best.outOfFold, treatment, outcomes }),
    skipped: options.bases ? [] : all.filter((base) => !bases.includes(base)),
  };
  return { result, judged: { trial, choice, ranks: rankings[chosen] } };
}

/** The columns that the command line names. @throws ERR_SLUICE_INVALID_ARGUMENT where one is missing. */
function columnsOf(options: UpliftOptions): TrialFileOptions {
  const { treatment, treated, control, outcome, features, ignore, propensity } = options;
  if (treatment === undefined || treated === undefined || control === undefined || outcome === undefined) {
    const missing = Object.entries({ treatment, treated, control, outcome }).find(
      ([, value]) => value === undefined,
    );
    throw new SluiceError('ERR_SLUICE_INVALID_ARGUMENT', `Expected --${missing?.[0]} but received none`, {
      remedy:
        'Name the columns: `--treatment COLUMN --treated VALUE --control VALUE --outcome COLUMN`, or a layout by --format ihdp.',
    });
  }
  return { treatment, treated, control, outcome, features, ignore, propensity };
}
