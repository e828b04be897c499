/** Does `sluice uplift` judge trials and files of known truth, draw them, and say in plain words when it cannot? */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emailTrialCsv } from '../../src/simulation/email-trial.ts';
import { describeOnPublicData, publicData } from '../offline/public-data.ts';
import { directoryWith } from '../offline/temporary.ts';
import { failureOf, sluice, sluiceJson } from './command.ts';

const interval = { mean: expect.any(Number), low: expect.any(Number), high: expect.any(Number) };
const email = (file: string, ...rest: string[]): string[] => [
  ...['uplift', '--data', file, '--treatment', 'segment', '--treated', 'Womens E-Mail'],
  ...['--control', 'No E-Mail', '--outcome', 'visit', '--resamples', '50', ...rest],
];

describe('sluice uplift over an e-mail trial', () => {
  test('prints one object with every learner, the one to believe and the columns that were used', async () => {
    const directory = directoryWith({ 'trial.csv': emailTrialCsv({ rows: 24_000, seed: 2 }) });
    const file = join(directory, 'trial.csv');
    const report = join(directory, 'report.svg');
    const result = await sluiceJson(email(file, '--bases', 'ridge', '--report', report));
    expect(
      result.learners.map(({ name, base }: { name: string; base: string }) => `${name} ${base}`),
    ).toEqual(['s', 't', 'x', 'dr', 'r'].map((name) => `${name} ridge`));
    for (const learner of result.learners) {
      expect(learner).toMatchObject({
        ...{ qini: interval, auuc: interval, upliftAt30: interval, autoc: interval },
        causalml: { qini: interval, auuc: interval },
      });
      expect(learner.qini.low).toBeLessThanOrEqual(learner.qini.high);
    }
    expect(result.learners).toContainEqual(result.best);
    expect(result).toMatchObject({
      heterogeneity: { found: true, p: expect.any(Number) },
      average: interval,
      conventions: { qini: 'scikit-uplift qini_auc_score' },
      leftOut: {
        conversion: expect.stringContaining('consequence'),
        spend: expect.stringContaining('consequence'),
      },
      counts: { rows: 24_000, dropped: { 'Mens E-Mail': expect.any(Number) } },
      report,
    });
    expect(result.columns.map(({ name }: { name: string }) => name)).toEqual([
      'recency',
      'history_segment',
      'history',
      'mens',
      'womens',
      'zip_code',
      'newbie',
      'channel',
    ]);
    expect(result.calibration.bins).toHaveLength(10);
    expect(result.best.qini.low).toBeGreaterThan(0);
    const svg = readFileSync(report, 'utf8');
    expect(svg).toMatch(/^<svg [\s\S]*Qini curve of [\s\S]*womens = 1[\s\S]*<\/svg>\n$/);
    expect(svg).not.toContain('NaN');
  });

  test('speaks to a person in 80 columns, and draws a page with a table', async () => {
    const content = emailTrialCsv({ rows: 3000, heterogeneous: false }).replaceAll('Web', '<b>&"Web');
    const quoted = content.replaceAll('<b>&"Web', '"<b>&""Web"');
    const directory = directoryWith({ 'trial.csv': quoted });
    const page = join(directory, 'report.html');
    const { status, stdout, stderr } = await sluice(
      email(join(directory, 'trial.csv'), '--bases', 'ridge', '--report', page, '--by', 'channel'),
    );
    expect(status, stderr).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toContain('treat all or none');
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<td>&lt;b&gt;&amp;&quot;Web</td>');
    expect(html).not.toContain('<b>');
  });

  test('is refused with a reason', async () => {
    const file = join(directoryWith({ 'trial.csv': emailTrialCsv({ rows: 600 }) }), 'trial.csv');
    const failing: [string[], string, RegExp][] = [
      [['uplift', '--data', file], 'ERR_SLUICE_INVALID_ARGUMENT', /--treatment/],
      [email(file, '--outcome', 'visits'), 'ERR_SLUICE_DATA_INVALID', /recency, .*, spend/],
      [email(file, '--control', 'nobody'), 'ERR_SLUICE_NO_EFFECT', /no controls.*Womens E-Mail/],
      [email(file, '--bases', 'forest'), 'ERR_SLUICE_INVALID_ARGUMENT', /ridge,logistic,trees/],
      [email(file, '--report', 'report.png'), 'ERR_SLUICE_INVALID_ARGUMENT', /\.svg or \.html/],
      [email(file, '--propensity', 'newbie'), 'ERR_SLUICE_NO_EFFECT', /propensity is [01]/],
      [
        email(file, '--bases', 'ridge', '--learners', 's', '--report', join(file, 'under-a-file.svg')),
        'ERR_SLUICE_STORE_FAILED',
        /under-a-file\.svg.*ENOTDIR/,
      ],
      [email(`${file}.gone`), 'ERR_SLUICE_DATA_NOT_FOUND', /gone/],
    ];
    for (const [args, code, message] of failing) {
      const error = await failureOf(args);
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    }
    const same = emailTrialCsv({ rows: 600 }).replace(/,[01],[01],[\d.]+$/gm, ',0,0,0');
    const constant = join(directoryWith({ 'trial.csv': same }), 'trial.csv');
    expect((await failureOf(email(constant))).message).toContain('the outcome is 0 in every row');
  });
});

describe('sluice simulate-trial', () => {
  test('writes a file that uplift reads, and says what is true of it', async () => {
    const out = join(directoryWith(), 'trial.csv.gz');
    const truth = await sluiceJson(['simulate-trial', '--out', out, '--rows', '3000']);
    expect(truth).toMatchObject({
      rows: 3000,
      simulated: true,
      truth: { averageEffect: expect.closeTo(0.045, 2), qini: interval },
    });
    const { counts } = await sluiceJson(email(out, '--bases', 'ridge'));
    expect(counts.rows).toBe(3000);
  });
});

describeOnPublicData('sluice uplift over IHDP', () => {
  test('compares each learner with the truth, in sample and out of fold', async () => {
    const files = [1, 2].map((file) => join(publicData, 'ihdp', `ihdp_npci_${file}.csv`));
    const result = await sluiceJson(['uplift', '--data', ...files, '--format', 'ihdp', '--bases', 'ridge']);
    const t = result.learners.find(({ name }: { name: string }) => name === 't');
    expect(t).toMatchObject({
      base: 'ridge',
      sqrtPehe: interval,
      ateError: interval,
      sqrtPeheOutOfFold: interval,
      ateErrorOutOfFold: interval,
    });
    expect(t.sqrtPehe.mean).toBeLessThan(0.72);
    expect(result.best.sqrtPehe.mean).toBeLessThan(0.72);
    expect(result).toMatchObject({ counts: { files: 2, rows: 1494 }, heterogeneity: { found: true } });
    expect(result.files).toHaveLength(2);
  });
});
