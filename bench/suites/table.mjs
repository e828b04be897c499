/** How are numbers laid out for reading? In columns, the first to the left, the others to the right. */

/** @param {string[][]} rows the first is the heading */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (/** @type {string[]} */ row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd();
  return [line(rows[0]), '-'.repeat(line(rows[0]).length), ...rows.slice(1).map(line)].join('\n');
}

/** With `digits` decimals, or a dash where there is no number. @param {number | null | undefined} value @param {number} digits */
export const fixed = (value, digits) =>
  value === null || value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(digits);
