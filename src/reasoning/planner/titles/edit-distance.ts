/** How many typing errors lie between two words? Insertions, deletions, substitutions and swaps of neighbours. */

const encoder = new TextEncoder();

/** {@link distanceOfBytes} of two texts. */
export function editDistance(a: string, b: string, most: number): number {
  const bytes = encoder.encode(b);
  return distanceOfBytes(encoder.encode(a), bytes, 0, bytes.length, most);
}

/** Three rows of the table of distances, used in turn. */
let rows = [new Int32Array(64), new Int32Array(64), new Int32Array(64)];

/**
 * The distance of optimal string alignment (Damerau 1964) from `a` to the bytes of `b` from `start` to `end`, or
 * `most + 1` where it is above `most`. Cost: the longer length x (2 most + 1); allocates nothing.
 */
export function distanceOfBytes(
  a: Uint8Array,
  b: Uint8Array,
  start: number,
  end: number,
  most: number,
): number {
  const width = end - start;
  if (Math.abs(a.length - width) > most) return most + 1;
  if (rows[0].length <= width) rows = rows.map(() => new Int32Array(2 * width));
  let [before, previous, row] = rows;
  for (let j = 0; j <= width; j++) previous[j] = j;
  for (let i = 1; i <= a.length; i++) {
    row.fill(most + 1, 0, width + 1);
    row[0] = i;
    let least = i;
    for (let j = Math.max(1, i - most); j <= Math.min(width, i + most); j++) {
      const cost = a[i - 1] === b[start + j - 1] ? 0 : 1;
      let value = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[start + j - 2] && a[i - 2] === b[start + j - 1]) {
        value = Math.min(value, before[j - 2] + 1);
      }
      row[j] = value;
      least = Math.min(least, value);
    }
    if (least > most) return most + 1;
    [before, previous, row] = [previous, row, before];
  }
  return Math.min(previous[width], most + 1);
}
