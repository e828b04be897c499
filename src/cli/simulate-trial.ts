/** `sluice simulate-trial`: a trial file whose true effects are known, to try `sluice uplift` on. */

import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { judgeRankings } from '../index.ts';
import { EMAIL_TRIAL_COLUMNS, emailTrial, emailTrialCsv } from '../simulation/email-trial.ts';
import { answer } from './output.ts';
import { fixed, interval, wrapped } from './table.ts';

interface Options {
  readonly out: string;
  readonly rows: number;
  readonly homogeneous?: boolean;
  readonly seed: number;
  readonly json?: boolean;
}

/** Writes the file, and says what is true of it. */
export async function simulateTrial({
  out,
  rows,
  homogeneous = false,
  seed,
  json = false,
}: Options): Promise<void> {
  const options = { rows, heterogeneous: !homogeneous, seed };
  const text = Readable.from([emailTrialCsv(options)]);
  const file = createWriteStream(out);
  await (out.endsWith('.gz') ? pipeline(text, createGzip(), file) : pipeline(text, file));
  const arms = [...emailTrial(options)].filter(({ segment }) => segment !== 'Mens E-Mail');
  const effects = arms.map(({ effect }) => effect);
  const [best] = judgeRankings({
    rankings: [effects],
    treatment: arms.map(({ segment }) => (segment === 'Womens E-Mail' ? 1 : 0)),
    outcomes: arms.map(({ visit }) => visit),
    resamples: 200,
    seed,
  });
  const result = {
    out,
    rows,
    heterogeneous: !homogeneous,
    seed,
    columns: EMAIL_TRIAL_COLUMNS,
    /** Of the e-mail for women against none; Qini of the ranking by the true effects, as scikit-uplift. */
    truth: {
      averageEffect: effects.reduce((sum, effect) => sum + effect, 0) / effects.length,
      qini: best.qini,
    },
    simulated: true,
  };
  answer(json, result, () =>
    [
      `${out}: ${rows} customers (simulated)`,
      wrapped(
        `The e-mail for women adds ${fixed(result.truth.averageEffect, 4)} to P(visit) on average, ` +
          `${homogeneous ? 'as much for all' : 'more for some'}; Qini of the true ranking: ${interval(best.qini, 4)}`,
      ),
      wrapped(
        `Try: sluice uplift --data ${out} --treatment segment --treated "Womens E-Mail" --control "No E-Mail" --outcome visit`,
      ),
    ].join('\n'),
  );
}
