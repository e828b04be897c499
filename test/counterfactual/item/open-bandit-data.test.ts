import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { banditChoices } from '../../../src/counterfactual/item/bandit-choices.ts';
import { evaluateOffPolicy } from '../../../src/counterfactual/item/evaluate.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { rank } from '../../../src/numerics/rank.ts';
import { loadOpenBandit } from '../../../src/offline/open-bandit.ts';
import { publicData } from '../../offline/public-data.ts';

const folder = join(publicData, 'obd');
const present = existsSync(folder);
const title = 'on the Open Bandit Dataset, campaign men';

describe.skipIf(!present)(present ? title : `${title} (skipped: set SLUICE_DATA)`, () => {
  const load = (policy: string) => loadOpenBandit(join(folder, `${policy}_men.csv.gz`));

  test('the uniform target on the Thompson log has the published IPS, SNIPS, sample size and weight', async () => {
    const log = await load('bts');
    expect([log.items.length, log.itemCount]).toEqual([10_000, 34]);
    const evaluation = evaluateOffPolicy(banditChoices(log, () => 1 / 34));
    const { estimates, logged } = evaluation;
    expect(estimates.ips?.value.toFixed(6)).toBe('0.003009');
    expect(estimates.snips?.value.toFixed(6)).toBe('0.003189');
    expect(evaluation.effectiveSampleSize.toFixed(0)).toBe('656');
    expect(evaluation.largestWeight.toFixed(0)).toBe('178');
    expect(evaluation.refused).toBe(false);
    expect(logged.value).toBeCloseTo(0.0069, 12);
    // What the random log earned.
    for (const name of ['ips', 'snips', 'dr', 'sndr'] as const) {
      expect(estimates[name]?.low, name).toBeLessThan(0.0046);
      expect(estimates[name]?.high, name).toBeGreaterThan(0.0046);
    }
    expect(Math.abs((estimates.dm?.value ?? 0) - 0.0046)).toBeLessThan(0.0015);
  });

  test('the uniform target on the uniform log earned exactly what was logged', async () => {
    const choices = banditChoices(await load('random'), () => 1 / 34);
    const { estimates, effectiveSampleSize, largestWeight } = evaluateOffPolicy(choices, { resamples: 20 });
    expect(estimates.ips?.value).toBe(0.0046);
    expect(estimates.snips?.value).toBe(0.0046);
    expect(estimates.replay?.value).toBe(0.0046);
    expect([effectiveSampleSize, largestWeight]).toEqual([10_000, 1]);
  });

  test('the Thompson target on the uniform log agrees with the public pipeline', async () => {
    const prior = /^men:\n {2}alpha:\n((?: {4}- .*\n)+) {2}beta:\n((?: {4}- .*\n)+)/m.exec(
      readFileSync(join(folder, 'prior_bts.yaml'), 'utf8'),
    );
    const [alpha, beta] = [1, 2].map((i) =>
      Array.from((prior?.[i] ?? '').matchAll(/- (.*)/g), ([, x]) => Number(x)),
    );
    expect([alpha.length, beta.length]).toEqual([34, 34]);
    const shown = [1, 2, 3].map(() => new Float64Array(34));
    const random = new RandomStream(12_345, 'Thompson slates');
    const rounds = 20_000;
    for (let round = 0; round < rounds; round++) {
      const draws = Float64Array.from(alpha, (a, item) => random.beta(a, beta[item]));
      rank(draws, 3).forEach((item, place) => {
        shown[place][item] += 1 / rounds;
      });
    }
    const choices = banditChoices(await load('random'), (item, position) => shown[position - 1][item]);
    const { estimates, effectiveSampleSize } = evaluateOffPolicy(choices, { resamples: 20 });
    // obp, from 100,000 simulated slates: IPW .004534, SNIPW .004604, DR .004563, sample size 2467.
    expect(Math.abs((estimates.ips?.value ?? 0) - 0.004534)).toBeLessThan(1e-4);
    expect(Math.abs((estimates.snips?.value ?? 0) - 0.004604)).toBeLessThan(1e-4);
    expect(Math.abs((estimates.dr?.value ?? 0) - 0.004563)).toBeLessThan(2e-4);
    expect(Math.abs(effectiveSampleSize / 2467 - 1)).toBeLessThan(0.02);
  });

  test('one item is too rare in the Thompson log to be judged', async () => {
    const choices = banditChoices(await load('bts'), (item) => (item === 3 ? 1 : 0));
    const { refused, reason, estimates } = evaluateOffPolicy(choices, { resamples: 20 });
    expect(refused).toBe(true);
    expect(reason).toMatch(/effective sample size is 67\.7 of 10000/);
    expect(estimates.ips).toBeNull();
  });
});
