import { describe, expect, test } from 'vitest';
import { EMAIL_TRIAL_COLUMNS, emailTrial, emailTrialCsv } from '../../src/simulation/email-trial.ts';

describe('a simulated e-mail trial', () => {
  const rows = [...emailTrial({ rows: 30_000, seed: 3 })];
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const visits = (segment: string) => rows.filter((row) => row.segment === segment).map(({ visit }) => visit);

  test('has the columns of the layout, and the same rows for the same seed', () => {
    const csv = emailTrialCsv({ rows: 50, seed: 3 });
    expect(csv.split('\n')[0]).toBe(EMAIL_TRIAL_COLUMNS.join(','));
    expect(csv.split('\n')).toHaveLength(52);
    expect(emailTrialCsv({ rows: 50, seed: 3 })).toBe(csv);
    expect(emailTrialCsv({ rows: 50, seed: 4 })).not.toBe(csv);
  });

  test('moves people as its truth says: .045 on average, more those who bought such goods', () => {
    expect(mean(rows.map(({ effect }) => effect))).toBeCloseTo(0.045, 2);
    const lift = mean(visits('Womens E-Mail')) - mean(visits('No E-Mail'));
    // Four standard errors of the difference.
    expect(Math.abs(lift - 0.045)).toBeLessThan(4 * Math.sqrt((0.13 * 0.87 + 0.1 * 0.9) / 10_000));
    const [buyers, others] = [1, 0].map((womens) =>
      mean(rows.filter((row) => row.womens === womens).map(({ effect }) => effect)),
    );
    expect(buyers / others).toBeCloseTo(1.5 / (0.175 / 0.45), 1);
    for (const row of emailTrial({ rows: 200, heterogeneous: false })) expect(row.effect).toBe(0.045);
  });

  test('has probabilities, a third in each arm, and conversions and spend only after visits', () => {
    expect(rows.every(({ baseline, effect }) => baseline > 0 && effect > 0 && baseline + effect < 1)).toBe(
      true,
    );
    for (const segment of ['Womens E-Mail', 'Mens E-Mail', 'No E-Mail']) {
      expect(visits(segment).length / rows.length).toBeCloseTo(1 / 3, 1);
    }
    expect(
      rows.every(({ visit, conversion, spend }) => conversion <= visit && spend > 0 === (conversion === 1)),
    ).toBe(true);
    expect(rows.filter(({ conversion }) => conversion === 1).length).toBeGreaterThan(100);
  });
});
