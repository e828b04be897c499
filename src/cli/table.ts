/** How are numbers laid out for reading? Columns of text, at most 80 wide. */

/** Lays rows out in columns: the first to the left, the others to the right. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd();
  const rule = '-'.repeat(
    Math.min(
      80,
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
