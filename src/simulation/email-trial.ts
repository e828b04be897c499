/** What would a randomised e-mail trial look like if its effects were known? Customers, three segments, visits. */

import { RandomStream } from '../index.ts';

/** What is simulated. */
export interface EmailTrialOptions {
  /** Customers, from 1. @default 64000 */
  readonly rows?: number;
  /** Whether the e-mail for women moves some customers more than others; else it moves all alike. @default true */
  readonly heterogeneous?: boolean;
  /** @default 1 */
  readonly seed?: number;
}

/** One customer of the trial. */
export interface EmailTrialRow {
  readonly recency: number;
  readonly history_segment: string;
  readonly history: number;
  readonly mens: 0 | 1;
  readonly womens: 0 | 1;
  readonly zip_code: string;
  readonly newbie: 0 | 1;
  readonly channel: string;
  readonly segment: string;
  readonly visit: 0 | 1;
  readonly conversion: 0 | 1;
  readonly spend: number;
  /** What the e-mail for women adds to P(visit): the truth, which no file holds. */
  readonly effect: number;
  /** P(visit) without any e-mail: the truth. */
  readonly baseline: number;
}

/** The columns of the file, in order. */
export const EMAIL_TRIAL_COLUMNS = [
  ...(['recency', 'history_segment', 'history', 'mens', 'womens', 'zip_code', 'newbie', 'channel'] as const),
  ...(['segment', 'visit', 'conversion', 'spend'] as const),
] as const;

/** Mean effect on P(visit), with and without heterogeneity; as e-mail trials of this layout report. */
const MEAN_EFFECT = 0.045;

const BANDS = [100, 200, 350, 500, 750, 1000, Number.POSITIVE_INFINITY];
const BAND_NAMES = [
  ...['1) $0 - $100', '2) $100 - $200', '3) $200 - $350', '4) $350 - $500'],
  ...['5) $500 - $750', '6) $750 - $1,000', '7) $1,000 +'],
];

/**
 * Customers who got the e-mail for women, the one for men, or none, a third each by chance.
 *
 * P(visit) without e-mail is between .04 and .25. The e-mail for women adds .045 on average: with heterogeneity .0675 to
 * those who bought women's goods, a quarter of that to the others, and more the more recent the last order was; without,
 * .045 to every customer. Visits lead to a conversion in one of eleven cases, and that to spend.
 */
export function* emailTrial({
  rows = 64_000,
  heterogeneous = true,
  seed = 1,
}: EmailTrialOptions = {}): Generator<EmailTrialRow> {
  const random = new RandomStream(seed, 'e-mail trial');
  const chance = (p: number): 0 | 1 => (random.uniform() < p ? 1 : 0);
  const pick = (names: readonly string[], shares: readonly number[]): string => {
    const draw = random.uniform();
    let below = 0;
    for (const [i, name] of names.entries()) {
      below += shares[i];
      if (draw < below) return name;
    }
    return names[names.length - 1];
  };
  for (let row = 0; row < rows; row++) {
    const recency = 1 + random.below(12);
    const history = Math.round(100 * Math.max(29.99, Math.exp(4.9 + 1.05 * random.normal()))) / 100;
    const both = random.uniform();
    const mens = both < 0.55 ? 1 : 0;
    const womens = both < 0.45 ? 0 : 1;
    const zip_code = pick(['Surburban', 'Urban', 'Rural'], [0.45, 0.4, 0.15]);
    const newbie = chance(0.5);
    const channel = pick(['Web', 'Phone', 'Multichannel'], [0.44, 0.44, 0.12]);
    const segment = ['Womens E-Mail', 'Mens E-Mail', 'No E-Mail'][random.below(3)];
    const baseline =
      0.09 +
      0.05 * ((6.5 - recency) / 11) +
      0.02 * mens +
      (zip_code === 'Rural' ? 0.06 : 0) +
      (channel === 'Multichannel' ? 0.02 : 0) +
      0.02 * Math.min(1, history / 1000) -
      0.03 * newbie;
    // Of mean 1: women's goods were bought by .55 of the customers, and recency is even around 6.5.
    const buyer = womens === 1 ? 1.5 : 0.175 / 0.45;
    const effect = heterogeneous ? MEAN_EFFECT * buyer * (1 + 0.06 * (6.5 - recency)) : MEAN_EFFECT;
    const added = segment === 'Womens E-Mail' ? effect : segment === 'Mens E-Mail' ? 0.07 : 0;
    const visit = chance(baseline + added);
    const conversion = visit === 1 ? chance(1 / 11) : 0;
    const spend = conversion === 1 ? Math.round(100 * Math.exp(4.4 + 0.7 * random.normal())) / 100 : 0;
    const history_segment = BAND_NAMES[BANDS.findIndex((most) => history < most)];
    yield {
      ...{ recency, history_segment, history, mens, womens, zip_code, newbie, channel },
      ...{ segment, visit, conversion, spend, effect, baseline },
    };
  }
}

/** The trial as a CSV file of {@link EMAIL_TRIAL_COLUMNS}. */
export function emailTrialCsv(options: EmailTrialOptions = {}): string {
  const lines = [EMAIL_TRIAL_COLUMNS.join(',')];
  for (const row of emailTrial(options)) {
    lines.push(EMAIL_TRIAL_COLUMNS.map((name) => cell(row[name])).join(','));
  }
  return `${lines.join('\n')}\n`;
}

function cell(value: string | number): string {
  const words = String(value);
  return words.includes(',') ? `"${words}"` : words;
}
