/** Which letters stand for one that has no plain form? Those that no decomposition of Unicode brings to one. */

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
};

/** A text in small letters with those letters written plainly: `brønd` is `brond`. */
export function plainLetters(text: string): string {
  return text.replace(/[ßæœøđðłþıħ]/g, (letter) => LETTERS[letter]);
}
