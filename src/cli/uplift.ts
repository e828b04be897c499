/** `sluice uplift`: whom does a treatment help, by the rows of a trial? */

import { type BaseName, type LearnerName, SluiceError } from '../index.ts';
import { answer } from './output.ts';
import { judgeIhdp } from './uplift/ihdp.ts';
import { ihdpText, trialText } from './uplift/text.ts';
import { judgeTrial } from './uplift/trial.ts';
import { writeReport } from './uplift/write-report.ts';

/** What the command line says. */
export interface UpliftOptions {
  readonly data: readonly string[];
  readonly format?: 'ihdp';
  readonly treatment?: string;
  readonly treated?: string;
  readonly control?: string;
  readonly outcome?: string;
  readonly features?: readonly string[];
  readonly ignore?: readonly string[];
  readonly propensity?: string;
  readonly bases?: readonly BaseName[];
  readonly learners?: readonly LearnerName[];
  readonly resamples: number;
  readonly seed: number;
  readonly report?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** Prints how well each learner ranks rows by the effect on them, and writes the report. */
export async function upliftCommand(options: UpliftOptions): Promise<void> {
  const { json = false, report } = options;
  if (report !== undefined && !/\.(svg|html)$/.test(report)) {
    throw new SluiceError(
      'ERR_SLUICE_INVALID_ARGUMENT',
      `Expected a file .svg or .html for --report but received ${JSON.stringify(report)}`,
    );
  }
  if (options.format === 'ihdp') {
    if (report !== undefined) {
      throw new SluiceError('ERR_SLUICE_INVALID_ARGUMENT', 'Expected no --report beside --format ihdp', {
        remedy: 'Leave it out: the files are several trials, and a report shows one.',
      });
    }
    const result = await judgeIhdp(options);
    answer(json, result, () => ihdpText(result));
    return;
  }
  const { result, judged } = await judgeTrial(options);
  if (report !== undefined) await writeReport(report, options, result, judged);
  answer(json, { ...result, ...(report !== undefined && { report }) }, () => trialText(result, report));
}
