/** Who would not come anyway, and is moved? Baseline against lift, a point each, named where there is room. */

import type { Interval } from '../../index.ts';
import { interval } from '../table.ts';
import { chart, escaped, number, PLOT, text } from './chart.ts';

/** One point. */
export interface Moved {
  readonly name: string;
  readonly rows: number;
  /** Mean outcome without the treatment. */
  readonly baseline: number;
  /** What the treatment adds. */
  readonly lift: Interval;
}

/** What the points are. */
export interface ScatterWords {
  readonly title: string;
  readonly baseline: string;
  readonly lift: string;
}

/** Those of a baseline not above the median whose lift is surely above the mean. */
export function standingOut<T extends Moved>(points: readonly T[], average: number): T[] {
  const baselines = points.map(({ baseline }) => baseline).sort((a, b) => a - b);
  const median = baselines[(baselines.length - 1) >> 1];
  return points.filter(({ baseline, lift }) => baseline <= median && lift.low > average);
}

/** Draws the points; {@link standingOut} are loud. @param average mean lift, a dashed line */
export function scatter(points: readonly Moved[], average: number, words: ScatterWords): string {
  const loud = new Set(standingOut(points, average));
  const baselines = points.map(({ baseline }) => baseline);
  const [first, last] = [Math.min(...baselines), Math.max(...baselines)];
  const margin = 0.06 * (last - first || Math.abs(first) || 1);
  const least = Math.min(0, average, ...points.map(({ lift }) => lift.low));
  const most = Math.max(0, average, ...points.map(({ lift }) => lift.high));
  const x = { label: words.baseline, from: first - margin, to: last + margin, format: number };
  const to = most + ((most - least) * 0.06 || 1);
  const y = { label: words.lift, from: least, to, format: number };
  const notes = ['dashed: mean lift; orange: low baseline, lift surely above the mean'];
  const { at, axes, line } = chart({ title: words.title, x, y, notes });
  const largest = Math.max(...points.map(({ rows }) => rows));
  const radius = ({ rows }: Moved): number => 3 + 5 * Math.sqrt(rows / largest);
  const places = new Places();
  for (const point of points) {
    const [across, down] = at(point.baseline, point.lift.mean);
    places.take({ left: across, right: across, top: down, bottom: down }, radius(point) - 1);
  }
  const inOrder = [...points].sort((a, b) => Number(loud.has(b)) - Number(loud.has(a)) || b.rows - a.rows);
  const marks = inOrder.map((point) => {
    const { name, rows, baseline, lift } = point;
    const [across, down] = at(baseline, lift.mean);
    const style = loud.has(point) ? 'loud' : 'plain';
    const hint = `${name}: baseline ${number(baseline)}, lift ${interval(lift, 4)}, ${rows} rows`;
    return [
      line([baseline, baseline], [lift.low, lift.high], `whisker ${style}`),
      `<circle cx="${across.toFixed(1)}" cy="${down.toFixed(1)}" r="${radius(point).toFixed(1)}" class="${style}">`,
      `<title>${escaped(hint)}</title></circle>`,
      places.name(name.length > 32 ? `${name.slice(0, 31)}…` : name, across, down, radius(point)),
    ].join('');
  });
  return [axes, line([x.from, x.to], [average, average], 'chance'), ...marks.reverse()].join('\n');
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where names still have room: beside their point, above or below it; else the tooltip alone says them. */
class Places {
  readonly #taken: Box[] = [];

  take({ left, right, top, bottom }: Box, around = 0): void {
    this.#taken.push({
      left: left - around,
      right: right + around,
      top: top - around,
      bottom: bottom + around,
    });
  }

  name(words: string, across: number, down: number, radius: number): string {
    const width = 6.6 * words.length;
    const aside = radius + 4;
    const choices = [
      { anchor: 'start', x: across + aside, y: down + 4, left: across + aside },
      { anchor: 'end', x: across - aside, y: down + 4, left: across - aside - width },
      { anchor: 'middle', x: across, y: down - aside, left: across - width / 2 },
      { anchor: 'middle', x: across, y: down + aside + 9, left: across - width / 2 },
    ];
    for (const { anchor, x, y, left } of choices) {
      const box = { left, right: left + width, top: y - 10, bottom: y + 3 };
      if (!this.#isFree(box)) continue;
      this.take(box);
      return text(x, y, words, `text-anchor="${anchor}"`);
    }
    return '';
  }

  #isFree(box: Box): boolean {
    if (box.left < PLOT.left || box.right > PLOT.right + 10) return false;
    if (box.top < PLOT.top - 8 || box.bottom > PLOT.bottom) return false;
    return this.#taken.every(
      (one) => one.left > box.right || one.right < box.left || one.top > box.bottom || one.bottom < box.top,
    );
  }
}
