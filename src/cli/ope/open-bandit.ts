/** What does a log of the Open Bandit Dataset say about a target policy? */

import {
  type BanditTarget,
  banditChoices,
  type LoggedChoices,
  loadOpenBandit,
  loadTargetProbabilities,
  SluiceError,
} from '../../index.ts';
import { logFile, type OpeOptions } from '../ope.ts';

/** Reads the log and works out what the target would have done. */
export async function judgeOpenBandit(options: OpeOptions) {
  const path = logFile(options);
  const log = await loadOpenBandit(path);
  const target = await targetOf(options.target, log.itemCount);
  const choices: LoggedChoices = banditChoices(log, target, { seed: options.seed });
  return { log: path, items: log.itemCount, choices };
}

/** `uniform`, `logged`, the number of one item, or a CSV of probabilities. */
async function targetOf(name: string, itemCount: number): Promise<BanditTarget> {
  if (name === 'logged') return 'logged';
  if (name === 'uniform') return () => 1 / itemCount;
  if (name.endsWith('.csv') || name.endsWith('.csv.gz')) return loadTargetProbabilities(name);
  const only = Number(name);
  if (name.trim() !== '' && Number.isInteger(only) && only >= 0 && only < itemCount)
    return (item) => (item === only ? 1 : 0);
  throw new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    `Expected a target policy of this log but received ${JSON.stringify(name)}`,
    {
      details: { target: name, itemCount },
      remedy: `Name \`uniform\`, \`logged\`, one item from 0 to ${itemCount - 1}, or a CSV file of item_id,probability.`,
    },
  );
}
