/** How is a score of gain learned? Ridge on the features, then on the words what the features left, both cross-validated. */

import { RandomStream } from '../../numerics/random.ts';
import { denseRidge, type LinearFunction, linearValue } from './dense-ridge.ts';
import type { TextScore } from './gain-model.ts';
import { textProduct, textRidge } from './text-ridge.ts';
import { rarityOf, type TextCounts, textValues } from './text-rows.ts';

/** What is learned from; parallel to one another. */
export interface LearningRows {
  /** All of one length. */
  readonly features: readonly Float64Array[];
  readonly text: TextCounts;
  /** What is to be predicted. */
  readonly targets: Float64Array;
  /** How much each row counts, above 0. */
  readonly weights: Float64Array;
}

/** A score that was learned, and what it says of each row when that row is left out. */
export interface LearnedScore {
  readonly linear: LinearFunction;
  readonly text: TextScore | null;
  /** Score of each row by a model of the other folds: what calibration may look at. */
  readonly outOfFold: Float64Array;
}

/** Of the features, from nearly the mean to nearly least squares; for rows of weight 1. */
const DENSE_PENALTIES = [1e4, 3e3, 1e3, 300, 100, 30, 10, 3, 1];

/** Of the words; the vector of a text is about 1 long for each kind of n-gram. */
const TEXT_PENALTIES = [1000, 300, 100, 30, 10, 3];

/** Penalties tried in vain before the search ends. */
const PATIENCE = 2;

const FOLDS = 5;

/**
 * Learns a score. The penalty of each stage is the one of least squared error out of fold; words are left out where they
 * do not lower it. Cost: one second for 14,000 texts of 80 words.
 *
 * @param rows at least {@link FOLDS} of them. @param seed of the folds.
 */
export function learnScore(rows: LearningRows, seed: number): LearnedScore {
  const { features, text, targets, weights } = rows;
  const n = targets.length;
  const everyRow = Uint32Array.from({ length: n }, (_, i) => i);
  const folds = new RandomStream(seed, 'folds of gain').shuffle(everyRow.map((i) => i % FOLDS));
  const parts = Array.from({ length: FOLDS }, (_, fold) => ({
    inside: everyRow.filter((i) => folds[i] !== fold),
    outside: everyRow.filter((i) => folds[i] === fold),
  }));

  const linearOf = parts.map(({ inside }) => denseRidge({ ...rows, rows: inside }, DENSE_PENALTIES));
  const dense = leastError(rows, DENSE_PENALTIES.length, (scores) => {
    parts.forEach(({ outside }, fold) => {
      for (const row of outside)
        for (const [p, own] of scores.entries()) own[row] = linearValue(linearOf[fold][p], features[row]);
    });
  });
  const [linear] = denseRidge({ ...rows, rows: everyRow }, [DENSE_PENALTIES[dense.best]]);

  const left = (by: LinearFunction) => targets.map((target, i) => target - linearValue(by, features[i]));
  const paths = parts.map(({ inside }, fold) => {
    const values = textValues(text, rarityOf(text, inside));
    const targets = left(linearOf[fold][dense.best]);
    return { values, path: textRidge({ text, values, rows: inside, targets, weights }, TEXT_PENALTIES) };
  });
  // The features alone come first. Where two smaller penalties in turn did no better, none will.
  let both = { best: 0, scores: dense.scores, error: errorOf(rows, dense.scores) };
  for (let p = 1; p <= TEXT_PENALTIES.length && both.best >= p - PATIENCE; p++) {
    const scores = dense.scores.slice();
    for (const [fold, { values, path }] of paths.entries()) {
      const solution = path.next().value as Float64Array;
      for (const row of parts[fold].outside) scores[row] += textProduct(text, values, row, solution);
    }
    const error = errorOf(rows, scores);
    if (error < both.error) both = { best: p, scores, error };
  }
  if (both.best === 0) return { linear, text: null, outOfFold: both.scores };
  const rarity = rarityOf(text, everyRow);
  const problem = { text, values: textValues(text, rarity), rows: everyRow, targets: left(linear), weights };
  let solution: Float64Array = new Float64Array(0);
  for (const found of textRidge(problem, TEXT_PENALTIES.slice(0, both.best))) solution = found;
  const score = { rarity, weights: Float32Array.from(solution, (x, column) => x * rarity[column]) };
  return { linear, text: score, outOfFold: both.scores };
}

/** Of some columns of scores, the one of least error; the first of equals. */
function leastError(
  rows: LearningRows,
  count: number,
  fill: (scores: Float64Array[]) => void,
): { best: number; scores: Float64Array } {
  const scores = Array.from({ length: count }, () => new Float64Array(rows.targets.length));
  fill(scores);
  const errors = scores.map((own) => errorOf(rows, own));
  const best = errors.indexOf(Math.min(...errors));
  return { best, scores: scores[best] };
}

/** Weighted squared error. */
function errorOf({ targets, weights }: LearningRows, scores: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += weights[i] * (targets[i] - scores[i]) ** 2;
  return sum;
}
