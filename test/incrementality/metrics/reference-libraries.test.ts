import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { auuc, qini } from '../../../src/incrementality/metrics/coefficient.ts';
import { qiniCurve, type UpliftCurve, upliftCurve } from '../../../src/incrementality/metrics/curve.ts';
import { type UpliftAtKStrategy, upliftAtK } from '../../../src/incrementality/metrics/uplift-at-k.ts';
import { upliftCalibration } from '../../../src/incrementality/metrics/uplift-calibration.ts';

interface Case {
  readonly name: string;
  readonly uplift: number[];
  readonly treatment: number[];
  readonly outcomes: number[];
  readonly causalml: Record<'qiniCurve' | 'gainCurve', number[]> &
    Record<'qini' | 'auuc' | 'qiniUnnormalised' | 'auucUnnormalised', number>;
  readonly scikitUplift?: {
    readonly qiniCurve: { x: number[]; y: number[] };
    readonly upliftCurve: { x: number[]; y: number[] };
    readonly qini: number;
    readonly auuc: number;
    readonly upliftAtK: { k: number; strategy: 'overall' | 'by_group'; value: number | null }[];
    readonly upliftByPercentile: number[];
  };
}

const cases: Case[] = JSON.parse(
  readFileSync(new URL('./fixtures/scikit-uplift-causalml.json', import.meta.url), 'utf8'),
);

function expectCurve({ x, y }: UpliftCurve, expected: { x: readonly number[]; y: readonly number[] }): void {
  expect(Array.from(x)).toEqual(expected.x);
  const furthest = Math.max(...expected.y.map((height, i) => Math.abs(y[i] - height)));
  expect(furthest).toBeLessThan(1e-9);
}

describe.each(cases.filter(({ scikitUplift }) => scikitUplift))('as scikit-uplift, $name', (rows) => {
  const golden = rows.scikitUplift as NonNullable<Case['scikitUplift']>;

  test('the curves and the areas under them', () => {
    expectCurve(qiniCurve(rows, 'scikit-uplift'), golden.qiniCurve);
    expectCurve(upliftCurve(rows, 'scikit-uplift'), golden.upliftCurve);
    expect(Math.abs(qini(rows, 'scikit-uplift') - golden.qini)).toBeLessThan(1e-9);
    expect(Math.abs(auuc(rows, 'scikit-uplift') - golden.auuc)).toBeLessThan(1e-9);
  });

  test('uplift at k, refused where an arm is missing', () => {
    for (const { k, strategy, value } of golden.upliftAtK) {
      const name = strategy.replace('_', '-') as UpliftAtKStrategy;
      if (value === null)
        expect(() => upliftAtK(rows, k, name)).toThrow(/No effect .* by predicted uplift lack an arm/);
      else expect(Math.abs(upliftAtK(rows, k, name) - value)).toBeLessThan(1e-9);
    }
  });

  test('observed uplifts by bins', () => {
    const { bins } = upliftCalibration(rows, 5);
    golden.upliftByPercentile.forEach((uplift, i) => {
      const mean = bins[i].observed?.mean ?? null;
      if (uplift === null) expect(mean).toBeNull();
      else expect(mean).toBeCloseTo(uplift, 9);
    });
  });
});

describe.each(cases)('as causalml, $name', (rows) => {
  const { causalml: golden } = rows;
  const n = rows.uplift.length;
  const x = Array.from({ length: n + 1 }, (_, i) => i);

  test('the curves', () => {
    expectCurve(qiniCurve(rows, 'causalml'), { x, y: golden.qiniCurve });
    expectCurve(upliftCurve(rows, 'causalml'), { x, y: golden.gainCurve });
  });

  test('the scores, normalised and not', () => {
    expect(Math.abs(qini(rows, 'causalml') - golden.qini)).toBeLessThan(1e-9);
    expect(Math.abs(auuc(rows, 'causalml') - golden.auuc)).toBeLessThan(1e-9);
    expect(Math.abs(qini(rows, 'per-row') - golden.qiniUnnormalised / n)).toBeLessThan(1e-9);
    expect(Math.abs(auuc(rows, 'per-row') - golden.auucUnnormalised / n)).toBeLessThan(1e-9);
  });
});
