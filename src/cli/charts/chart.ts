/** How are numbers drawn? Axes, lines and bands as SVG that follows the light or dark of its reader, without a library. */

/** A range of one axis. */
export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  /** How a number is written at a tick. */
  readonly format: (value: number) => string;
}

/** What a chart says besides its marks. */
export interface Frame {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** What the signs mean: lines of at most 90 characters below the chart. */
  readonly notes: readonly string[];
}

/** Signs of SVG in the places that a chart gives them. */
export interface Chart {
  /** Pixels of a point. */
  at(x: number, y: number): readonly [number, number];
  /** @param style classes of {@link STYLE} */
  line(xs: ArrayLike<number>, ys: ArrayLike<number>, style: string): string;
  band(xs: ArrayLike<number>, low: ArrayLike<number>, high: ArrayLike<number>, style: string): string;
  readonly axes: string;
}

/** Pixels of every chart: wide enough for names, narrow enough that a telephone shows readable text. */
export const WIDTH = 600;
export const HEIGHT = 430;
/** The rectangle between the axes. */
export const PLOT = { left: 70, top: 44, right: WIDTH - 18, bottom: HEIGHT - 90 } as const;

/** Classes of all signs, `plain` what is drawn and `loud` what stands out; a dark reader gets light signs. */
export const STYLE = `
text{font:12px system-ui,sans-serif;fill:#1c1f23}.title{font-size:15px;font-weight:600}.soft{fill:#59616b}
.back{fill:#fff}.grid{stroke:#e3e6ea}.chance{stroke:#59616b;stroke-dasharray:5 4}.curve{stroke-width:2.5}
.whisker{stroke-opacity:.35}polyline{fill:none}.band{fill-opacity:.16}circle{fill-opacity:.75}
polyline.plain{stroke:#2563a8}polyline.loud{stroke:#c2500c}
circle.plain,.band.plain{fill:#2563a8}circle.loud,.band.loud{fill:#c2500c}
@media(prefers-color-scheme:dark){text{fill:#e8eaed}.soft{fill:#a3abb5}.back{fill:#16191d}.grid{stroke:#2c3138}
.chance{stroke:#a3abb5}polyline.plain{stroke:#6cb0f5}polyline.loud{stroke:#ff9a57}
circle.plain,.band.plain{fill:#6cb0f5}circle.loud,.band.loud{fill:#ff9a57}}`;

const TICKS = 7;

/** Lays out a chart. */
export function chart({ title, x, y, notes }: Frame): Chart {
  const { left, top, right, bottom } = PLOT;
  const at = (a: number, b: number): readonly [number, number] => [
    left + ((right - left) * (a - x.from)) / (x.to - x.from),
    bottom - ((bottom - top) * (b - y.from)) / (y.to - y.from),
  ];
  const path = (xs: ArrayLike<number>, ys: ArrayLike<number>): string[] =>
    Array.from(xs, (a, i) => at(a, ys[i]).map(short).join(' '));
  const axes = [
    text(left, top - 18, title, 'class="title"'),
    ...ticks(y.from, y.to).flatMap((value) => {
      const [, row] = at(x.from, value);
      return [
        `<line x1="${left}" x2="${right}" y1="${short(row)}" y2="${short(row)}" class="grid"/>`,
        text(left - 8, row + 4, y.format(value), 'text-anchor="end" class="soft"'),
      ];
    }),
    ...ticks(x.from, x.to).map((value) =>
      text(at(value, 0)[0], bottom + 18, x.format(value), 'text-anchor="middle" class="soft"'),
    ),
    text((left + right) / 2, bottom + 38, x.label, 'text-anchor="middle"'),
    text(0, 0, y.label, `text-anchor="middle" transform="translate(14 ${(top + bottom) / 2}) rotate(-90)"`),
    ...notes.map((note, line) => text(left, bottom + 60 + 17 * line, note, 'class="soft"')),
  ];
  return {
    at,
    axes: axes.join('\n'),
    line: (xs, ys, style) => `<polyline points="${path(xs, ys).join(' ')}" class="${style}"/>`,
    band(xs, low, high, style) {
      const points = [...path(xs, high), ...path(xs, low).reverse()];
      return `<polygon points="${points.join(' ')}" class="band ${style}"/>`;
    },
  };
}

/** Charts, one below the other, as an SVG file. */
export function svgOf(charts: readonly string[]): string {
  const height = HEIGHT * charts.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${height}" class="back"/>`,
    ...charts.map((one, i) => `<g transform="translate(0 ${i * HEIGHT})">\n${one}\n</g>`),
    '</svg>\n',
  ].join('\n');
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
function ticks(from: number, to: number): number[] {
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

/** A share as a percentage. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
