/** Which requests may share a plan? Those that are parsed alike and leave the same words over. */

import { digest } from '../../client/digest.ts';
import type { ParsedRequest } from '../planner.ts';
import { PLAN_PROMPT_VERSION } from './plan-prompt.ts';

/**
 * Words without any wish: articles, asking, politeness, and films under their many names. Negations, comparisons, persons
 * and occasions are none of them, nor other things than films, which a catalogue may hold beside them.
 */
const EMPTY_WORDS = new Set(
  `a an the and of to in on at by for from with as is are was were be been being am i im id ive ill me my we us our you your
  it its that thats this these those there theres what whats which who whos do does did can could would should will have has
  had want wanna wants need like looking look search searching find get give gimme list name suggest recommend tell help
  watch watching see listen please pls plz thanks thank hi hello hey some any really very something anything made make came
  come released filmed shot movie movies film films flick flicks picture pictures title titles one ones thing things kind
  sort type`.split(/\s+/),
);

/** Whether a word is without any wish where it stands: not the "but" of "anything but", nor the "show" of "a show". */
function isEmpty(word: string, i: number, all: readonly string[]): boolean {
  if (word === 'but') return !/^(?:(?:any|every|no)(?:thing|one|body)|all)$/.test(all[i - 1] ?? '');
  if (word === 'show') return all[i + 1] === 'me' || all[i + 1] === 'us';
  return EMPTY_WORDS.has(word);
}

/** Words of one meaning. */
const SAME_WORDS = new Map<string, string>([
  ...['no', 'without', 'nor', 'neither', 'except'].map((word) => [word, 'not'] as const),
  ...['twen', 'thir', 'for', 'fif', 'six', 'seven', 'eigh', 'nine'].map(
    (ten, i) => [`${ten}ties`, `${i + 2}0s`] as const,
  ),
]);

/**
 * The key of a request in the cache of plans. Equal keys mean equal parses, so that an era, a negation, a genre, a count
 * or a title never differ, and the same other words in the same order; case, articles, politeness, plurals and the wording
 * of constraints do not count.
 *
 * @param catalogHash tells the catalogue from any other. Cost: some 10 microseconds.
 */
export function planKey({ plan, left }: ParsedRequest, catalogHash: string): string {
  const sorted = (list: readonly string[]): string[] => [...list].sort();
  // Moods and residual stand among the words that are left.
  const { moods: _, residual: __, complex: ___, ...held } = plan;
  const parse = Object.entries(held).map(([name, value]) => [
    name,
    Array.isArray(value) && typeof value[0] === 'string' ? sorted(value) : value,
  ]);
  const words = left
    .filter((word, i) => !isEmpty(word, i, left))
    .map((word) => SAME_WORDS.get(word) ?? singular(word));
  const content = JSON.stringify([PLAN_PROMPT_VERSION, catalogHash, parse, words]);
  return digest(content);
}

function singular(word: string): string {
  return /[a-z]{3}[^s]s$/.test(word) ? word.slice(0, -1) : word;
}
