/** In which language, and must it be to be had now? */

import { Phrases } from '../phrases.ts';
import type { Reading } from './reading.ts';

/** Reads and claims languages that the catalogue holds; those that are refused are left as they are. */
export function readLanguage(reading: Reading): string[] {
  const languages = new Set<string>();
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    const found = reading.vocabulary.languages.at(reading.words, i);
    if (found === undefined || !reading.allFree(i, i + found.length)) continue;
    if (
      /(?:^| )(?:no|not|non|without|except|nothing|never|isnt|hate|dont want)(?: (?:in|any|anything|the|a|from))* $/.test(
        reading.before(i, 4),
      )
    )
      continue;
    for (const language of found.meaning) languages.add(language);
    const end = i + found.length;
    const more = /^(?:language|speaking|spoken|dubbed)$/.test(reading.text(end)) && reading.free(end) ? 1 : 0;
    reading.claim(i, end + more, 'language');
    i = end + more - 1;
  }
  return [...languages].sort();
}

const AVAILABLE = new Phrases<true>().add(
  `available, available now, available right now, available today, available tonight, available to stream, available to
  watch, available to rent, available for streaming, in stock, currently available, that i can watch now, that i can watch right now, i can watch
  right now, i can watch now, i can stream, i can stream now, streaming now, now streaming, playing now, that you have, that you actually have,
  you have available, on demand`,
  true,
);

/** Reads and claims the wish for what can be had now. */
export function readAvailable(reading: Reading): boolean {
  let available = false;
  for (let i = 0; i < reading.length; i++) {
    const found = reading.free(i) ? AVAILABLE.at(reading.words, i) : undefined;
    if (found === undefined || !reading.allFree(i, i + found.length)) continue;
    if (/(?:^| )(?:not|isnt|no longer|arent) $/.test(reading.before(i, 2))) continue;
    reading.claim(i, i + found.length, 'available');
    available = true;
  }
  return available;
}
