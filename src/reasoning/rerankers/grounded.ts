/** Does a sentence say nothing but facts? Names and numbers that are given, joined by a few words that claim nothing. */

/** Words without a claim of their own. No negation is among them: "no Horror" is made of facts and is none. */
const JOINING = new Set(
  `a also an and are as asked at both by close era decade fits for from genre genres has in is it its kind like long
  made matches meets minutes near of on request same shares similar style tag tags that the this to too was which with
  within year years you your`.split(/\s+/),
);

/**
 * True where every word and number of `text` belongs to one of the `facts`, given whole, or joins them.
 *
 * @param facts names and numbers as they may be written; upper and lower case are the same.
 * @example
 * ```ts
 * isGrounded('A Thriller from 1998, like Blade Runner', ['Thriller', '1998', 'Blade Runner']); // true
 * isGrounded('The best Thriller ever made', ['Thriller']); // false
 * ```
 */
export function isGrounded(text: string, facts: readonly string[]): boolean {
  // The longest first: a title may hold the name of a genre.
  const names = facts
    .map(words)
    .filter(Boolean)
    .sort((a, b) => b.length - a.length);
  let rest = words(text);
  for (const name of names) rest = rest.replaceAll(name, ' ');
  return rest.split(' ').every((word) => word === '' || JOINING.has(word));
}

/** The words in lower case, each between spaces of its own, so that a name is found as a whole only. */
function words(text: string): string {
  const found = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu);
  return found ? ` ${found.join('  ')} ` : '';
}
