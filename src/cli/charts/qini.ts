/** How much does treating the first of a ranking bring? Qini curves with a band. */

import { chart, number, percent } from './chart.ts';

/** A curve with its bounds, as `qiniBand` gives it; columns run parallel. */
export interface BandColumns {
  readonly shares: ArrayLike<number>;
  readonly heights: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/** What is drawn. */
export interface QiniChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** The ranking to look at, with its band. */
  readonly band: BandColumns;
  /** Another one of the same rows. */
  readonly other?: BandColumns;
  readonly notes: readonly string[];
}

/** Draws the curves, and the line of treating at random. */
export function qiniChart({ title, x, y, band: curve, other, notes }: QiniChart): string {
  const heights = [curve.low, curve.high, ...(other === undefined ? [] : [other.heights])];
  const least = Math.min(0, ...heights.map((one) => Math.min(...Array.from(one))));
  const most = Math.max(0, ...heights.map((one) => Math.max(...Array.from(one))));
  const end = curve.heights[curve.heights.length - 1];
  const { axes, line, band } = chart({
    title,
    x: { label: x, from: 0, to: 1, format: percent },
    y: { label: y, from: least, to: most + ((most - least) * 0.05 || 1), format: number },
    notes,
  });
  return [
    axes,
    band(curve.shares, curve.low, curve.high, 'plain'),
    line([0, 1], [0, end], 'chance'),
    ...(other === undefined ? [] : [line(other.shares, other.heights, 'curve loud')]),
    line(curve.shares, curve.heights, 'curve plain'),
  ].join('\n');
}
