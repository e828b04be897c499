/** How are numbers drawn? Axes, lines, bands and points as SVG, without a library. */

/** A range of one axis. */
export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  /** How a number is written at a tick. */
  readonly format: (value: number) => string;
}

/** Where a chart stands and what its axes hold. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
}

/** Signs of SVG in the colours of one chart. */
export interface Chart {
  /** Pixels of a point. */
  at(x: number, y: number): readonly [number, number];
  line(xs: ArrayLike<number>, ys: ArrayLike<number>, attributes: string): string;
  band(xs: ArrayLike<number>, low: ArrayLike<number>, high: ArrayLike<number>, attributes: string): string;
  readonly axes: string;
}

/** What is drawn, and what stands out. */
export const BLUE = '#2563a8';
export const ORANGE = '#c2500c';

const TICKS = 5;

/** Lays out a chart. */
export function chart({ left, top, width, height, title, x, y }: Frame): Chart {
  const at = (a: number, b: number): readonly [number, number] => [
    left + (width * (a - x.from)) / (x.to - x.from),
    top + height - (height * (b - y.from)) / (y.to - y.from),
  ];
  const path = (xs: ArrayLike<number>, ys: ArrayLike<number>): string[] =>
    Array.from(xs, (a, i) => at(a, ys[i]).map(short).join(' '));
  const axes = [
    text(left, top - 14, title, 'font-size="15" font-weight="600"'),
    ...ticks(y.from, y.to).flatMap((value) => {
      const [, row] = at(x.from, value);
      return [
        `<line x1="${left}" x2="${left + width}" y1="${short(row)}" y2="${short(row)}" stroke="#e3e6ea"/>`,
        text(left - 8, row + 4, y.format(value), 'text-anchor="end" fill="#555"'),
      ];
    }),
    ...ticks(x.from, x.to).map((value) =>
      text(at(value, 0)[0], top + height + 18, x.format(value), 'text-anchor="middle" fill="#555"'),
    ),
    text(left + width / 2, top + height + 38, x.label, 'text-anchor="middle"'),
    text(
      0,
      0,
      y.label,
      `text-anchor="middle" transform="translate(${left - 56} ${top + height / 2}) rotate(-90)"`,
    ),
  ];
  return {
    at,
    axes: axes.join('\n'),
    line: (xs, ys, attributes) => `<polyline points="${path(xs, ys).join(' ')}" fill="none" ${attributes}/>`,
    band(xs, low, high, attributes) {
      const points = [...path(xs, high), ...path(xs, low).reverse()];
      return `<polygon points="${points.join(' ')}" stroke="none" ${attributes}/>`;
    },
  };
}

/** A text that a file may have named. */
export function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${short(x)}" y="${short(y)}" ${attributes}>${escaped(words)}</text>`;
}

/** Words as they may stand in SVG and HTML. */
export function escaped(words: string): string {
  // Control characters may not stand in XML at all.
  return words
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .replace(
      /[&<>"]/g,
      (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] as string,
    );
}

/** Round numbers within a range, some {@link TICKS} of them. */
export function ticks(from: number, to: number): number[] {
  const rough = (to - from) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10);
  const marks: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) marks.push(k * step);
  return marks;
}

/** A number in three digits. */
export function number(value: number): string {
  return String(+value.toPrecision(3));
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
