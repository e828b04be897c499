/** Who would not come anyway, and is moved? Baseline against lift, a point per segment. */

import { interval } from '../table.ts';
import { BLUE, chart, escaped, number, ORANGE, text } from './chart.ts';
import type { Segment } from './segments.ts';

/** Draws the segments; those of low baseline whose lift is surely above the mean stand out. */
export function segmentChart(segments: readonly Segment[], average: number, outcome: string): string {
  const baselines = segments.map(({ baseline }) => baseline).sort((a, b) => a - b);
  const [first, last] = [baselines[0], baselines[baselines.length - 1]];
  const middle = baselines[baselines.length >> 1];
  const margin = 0.06 * (last - first || 1);
  const least = Math.min(0, ...segments.map(({ lift }) => lift.low));
  const most = Math.max(0, ...segments.map(({ lift }) => lift.high));
  const x = {
    label: `mean ${outcome} without the treatment`,
    from: first - margin,
    to: last + margin,
    format: number,
  };
  const y = { label: `lift of ${outcome}`, from: least, to: most + (most - least) * 0.08, format: number };
  const title = `Baseline and lift of ${outcome}, by segment`;
  const { at, axes, line } = chart({ left: 90, top: 540, width: 630, height: 360, title, x, y });
  const largest = Math.max(...segments.map(({ rows }) => rows));
  const standsOut = ({ baseline, lift }: Segment): boolean => baseline <= middle && lift.low > average;
  const inOrder = [...segments].sort(
    (a, b) => Number(standsOut(b)) - Number(standsOut(a)) || b.rows - a.rows,
  );
  const isFree = rowsOfNames();
  const marks = inOrder.map((segment) => {
    const { name, rows, baseline, lift } = segment;
    const [across, down] = at(baseline, lift.mean);
    const colour = standsOut(segment) ? ORANGE : BLUE;
    const radius = 3 + 6 * Math.sqrt(rows / largest);
    const label = name.length > 32 ? `${name.slice(0, 31)}…` : name;
    const width = 7 * label.length + radius + 8;
    // A name that would cover another goes to the left, or is left to the tooltip.
    const fitsRight = across + width <= 730 && isFree(across, width, down);
    const named = fitsRight || (across - width >= 90 && isFree(across - width, width, down));
    const place = fitsRight ? across + radius + 4 : across - radius - 4;
    return [
      line([baseline, baseline], [lift.low, lift.high], `stroke="${colour}" stroke-opacity="0.35"`),
      `<circle cx="${across.toFixed(1)}" cy="${down.toFixed(1)}" r="${radius.toFixed(1)}" fill="${colour}" fill-opacity="0.75">`,
      `<title>${escaped(`${name}: baseline ${number(baseline)}, lift ${interval(lift, 4)}, ${rows} rows`)}</title></circle>`,
      named ? text(place, down + 4, label, fitsRight ? '' : 'text-anchor="end"') : '',
    ].join('');
  });
  const legend = 'dashed: mean effect; orange: low baseline, lift surely above the mean';
  return [
    axes,
    line([x.from, x.to], [average, average], 'stroke="#777" stroke-dasharray="5 4"'),
    ...marks.reverse(),
    text(720, 970, legend, 'text-anchor="end" fill="#555"'),
  ].join('\n');
}

/** Says whether a name has room, and takes the room if so. */
function rowsOfNames(): (left: number, width: number, y: number) => boolean {
  const taken: { readonly left: number; readonly right: number; readonly y: number }[] = [];
  return (left, width, y) => {
    const free = taken.every(
      (one) => one.left > left + width || one.right < left || Math.abs(one.y - y) > 13,
    );
    if (free) taken.push({ left, right: left + width, y });
    return free;
  };
}
