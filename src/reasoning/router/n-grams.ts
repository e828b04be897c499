/** Which words does a text hold? Hashed words and pairs of words: features that need no plan and no vocabulary. */

/** Buckets of each kind of n-gram. */
export const BUCKETS = 1 << 14;

/** Kinds of n-gram, each with buckets of its own: words, and pairs of neighbours. */
export const KINDS = 2;

/** N-grams of one text, at most; what comes later is left out. A word has one, and one with the word before. */
const LONGEST = 4096;

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

const scratch = new Uint16Array(2 * LONGEST);

/**
 * The buckets of a text's n-grams, with repetitions: `words` first, then `pairs`, both parts below {@link BUCKETS}. A
 * word is a run of letters and digits, or one other sign, in lower case; of a number only the count of its digits is
 * kept. The arrays are valid until the next call. Cost: about 10 ns a character.
 */
export function nGrams(text: string): { readonly words: Uint16Array; readonly pairs: Uint16Array } {
  const lower = text.toLowerCase();
  let count = 0;
  let before = OFFSET;
  for (let i = 0; i < lower.length && count < LONGEST; ) {
    let unit = lower.charCodeAt(i);
    if (unit <= 32 || unit === 160) {
      i++;
      continue;
    }
    let hash = OFFSET;
    if (isLetter(unit) || isDigit(unit)) {
      do {
        hash = Math.imul(hash ^ (isDigit(unit) ? 48 : unit), PRIME);
        unit = ++i < lower.length ? lower.charCodeAt(i) : 32;
      } while (isLetter(unit) || isDigit(unit));
    } else {
      hash = Math.imul(hash ^ unit, PRIME);
      i++;
    }
    scratch[count] = bucket(hash);
    scratch[LONGEST + count] = bucket(Math.imul(before ^ 0x9e3779b9, PRIME) ^ hash);
    before = hash;
    count++;
  }
  return { words: scratch.subarray(0, count), pairs: scratch.subarray(LONGEST, LONGEST + count) };
}

const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;

/** Latin letters, the apostrophe inside words, and all beyond ASCII. */
const isLetter = (unit: number): boolean => (unit >= 97 && unit <= 122) || unit === 39 || unit > 160;

/** The last bits of a well mixed hash. */
function bucket(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) & (BUCKETS - 1);
}
