/** How are numbers laid out for reading? Columns of text, at most 80 wide. */

/** Columns of a terminal that nobody has widened. */
export const WIDTH = 80;

// Scripts whose signs take two columns, and signs that stand on the one before.
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns that a text takes on a terminal. */
export function columns(text: string): number {
  let count = 0;
  for (const sign of text) count += WIDE.test(sign) ? 2 : NONE.test(sign) ? 0 : 1;
  return count;
}

/** The text in at most `most` columns, cut with an ellipsis; what would move the cursor or turn the direction is a blank. */
export function fitted(text: string, most: number): string {
  const plain = text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ');
  if (columns(plain) <= most) return plain;
  let kept = '';
  let count = 1;
  for (const sign of plain) {
    count += columns(sign);
    if (count > most) break;
    kept += sign;
  }
  return `${kept}…`;
}

/** The text in lines of at most {@link WIDTH} columns, broken between words, all but the first indented. */
export function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && columns(line) + 1 + columns(word) > WIDTH) {
      lines.push(line);
      line = `  ${word}`;
    } else line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Lays rows out in columns: the first to the left, the others to the right. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => columns(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const blank = ' '.repeat(widths[column] - columns(cell));
        return column === 0 ? cell + blank : blank + cell;
      })
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(
    Math.min(
      WIDTH,
      widths.reduce((sum, width) => sum + width + 2, -2),
    ),
  );
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

/** A number with `digits` decimals, or a dash where there is none. */
export function fixed(value: number | undefined, digits: number): string {
  return value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(digits);
}

/** A mean with its interval: `.286 [.267, .304]`. */
export function interval(value: { mean: number; low: number; high: number } | undefined, digits = 3): string {
  if (!value) return '-';
  return `${fixed(value.mean, digits)} [${fixed(value.low, digits)}, ${fixed(value.high, digits)}]`;
}
