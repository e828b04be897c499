/** How many are wanted? Only where a number is stated. */

import { numberWord } from '../lexicon/numbers.ts';
import type { Reading } from './reading.ts';

/** More than these are a year or a mistake. */
const MOST = 1000;

const ASKING =
  /(?:^| )(?:top|best|first|give|give me|gimme|show|show me|send|send me|list|list me|name|name me|recommend|recommend me|suggest|suggest me|find|find me|get me|just|only|exactly|need|want|wants|pick|pick me|tell me|another|at least|at most|no more than|not more than|no fewer than|no less than|maximum of|minimum of|limit|limit to|limit of|limited to|about|around|roughly|up to|maximum|max|make it|maybe|my|with|throw me|hit me with|your|of|the|these) $/;
const UNIT =
  /^ (?:\| )?(?:hours?|hrs?|h|minutes?|mins?|min|seconds?|years?|yrs?|months?|weeks?|days?|stars?|oscars?|awards?|percent|players?|people|persons?|friends?|kids?|children|of us|of them are|year olds?|times|seasons?|episodes?|parts?|th|st|nd|rd|am|pm|dollars?|bucks?|euros?|sided|dimensional|d) /;
const LAST =
  /^ (?:\| )?(?:please|pls|max|maximum|only|tops|or so|of them|of those|is enough|will do|would do|should do|results?|total|in total|in number|in all|altogether|at most|thanks) /;

/** Reads and claims the count; null where no number is stated. */
export function readCount(reading: Reading): number | null {
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    const found = amountAt(reading, i);
    if (found === undefined) continue;
    const { words, count, sure } = found;
    const end = i + words;
    if (count < 1 || count > MOST) continue;
    const after = reading.after(end, 4);
    const before = reading.before(i, 4);
    if (UNIT.test(after) && (!countsKids(reading, end) || /(?:my|our|his|her|their) $/.test(before)))
      continue;
    const one = count === 1 && reading.text(i) === 'one';
    if (
      /(?:part|chapter|volume|vol|episode|season|number|no|age|aged|ages|route|area|ft|pt|no\.) $/.test(
        before,
      )
    )
      continue;
    // "World War 2", "blink 182": a number after a name is of the name.
    if (afterName(reading, i) && !LAST.test(after)) continue;
    if (/(?:this|that|which|any|every|no|some|other|a good|a|the) $/.test(before) && one) continue;
    if (
      one &&
      /^ (?:\| )?(?:of|that|which|who|with|is|was|from|like|in|by|about|day|night|evening|i|you|we|where|for|set|made) /.test(
        after,
      )
    )
      continue;
    const counted = reachesThing(reading, end);
    const asked = ASKING.test(before) && !one;
    const alone = (i === 0 || reading.breakBefore(i)) && (end === reading.length || LAST.test(after));
    const named = (LAST.test(after) || reading.role(i - 1) === 'sort') && !one;
    if (!(counted || sure || asked || alone || named || (one && /(?:just|only|exactly) $/.test(before))))
      continue;
    reading.claim(i, end, 'count');
    return count;
  }
  return null;
}

/** Whether a genre, or a word that nobody knows, stands right before; a number in words is of no name before a thing. */
function afterName(reading: Reading, i: number): boolean {
  if (i === 0 || reading.breakBefore(i)) return false;
  if (reading.role(i - 1) === 'genre') return true;
  const spelled = numberWord(reading.text(i)) !== undefined && reachesThing(reading, i + 1);
  return reading.free(i - 1) && !reading.allKnown(i - 1, i) && !spelled;
}

/** A stated amount at word `i`; `sure` where it can mean nothing else. */
function amountAt(reading: Reading, i: number): { words: number; count: number; sure: boolean } | undefined {
  const text = reading.from(i, 5);
  const phrase =
    /^ (?:a |another )?(?:(half a|half|a|one|two|three|four|five|six|several)? ?)(dozen|dozens|couple|pair|trio|score|hundred)(?: of| more| or so)? /.exec(
      text,
    );
  if (phrase !== null) {
    const [all, times = '', unit] = phrase;
    const words = all.trim().split(' ').length;
    if (reading.allFree(i, i + words) && unit !== 'dozens' && times !== 'several') {
      const size = { dozen: 12, couple: 2, pair: 2, trio: 3, score: 20, hundred: 100 }[unit] ?? 0;
      const count = times.startsWith('half') ? size / 2 : size * (numberWord(times) ?? 1);
      const sure = / of $/.test(all) || unit === 'dozen';
      if (sure || reachesThing(reading, i + words)) return { words, count, sure };
    }
  }
  if (/^ (?:a )?single /.test(text)) return { words: text.startsWith(' a ') ? 2 : 1, count: 1, sure: false };
  const first = valueAt(reading, i);
  if (first === undefined) return undefined;
  const or = reading.text(i + first.words);
  const second =
    or === 'or' || or === 'to'
      ? valueAt(reading, i + first.words + 1)
      : reading.words[i + first.words]?.gap === '-'
        ? valueAt(reading, i + first.words)
        : undefined;
  if (second !== undefined && second.count > first.count && second.count <= first.count + 10) {
    const joint = or === 'or' || or === 'to' ? 1 : 0;
    return { words: first.words + joint + second.words, count: second.count, sure: false };
  }
  return { ...first, sure: false };
}

/** A number at word `i`, in digits or in words up to 99. */
function valueAt(reading: Reading, i: number): { words: number; count: number } | undefined {
  if (!reading.free(i)) return undefined;
  const text = reading.text(i);
  if (/^\d{1,4}$/.test(text)) return { words: 1, count: Number(text) };
  const tens = numberWord(text);
  if (tens === undefined) return undefined;
  const unit = tens >= 20 && reading.free(i + 1) ? numberWord(reading.text(i + 1)) : undefined;
  return unit !== undefined && unit < 10 ? { words: 2, count: tens + unit } : { words: 1, count: tens };
}

/** Whether what is counted follows: a genre or a thing, after adjectives, constraints or "of the". */
function reachesThing(reading: Reading, start: number): boolean {
  const { words, vocabulary } = reading;
  for (let i = start; i < Math.min(reading.length, start + 7); i++) {
    if (reading.breakBefore(i) && i > start && !/^[,-]$/.test(words[i].gap)) return false;
    const role = reading.role(i);
    if (role === 'genre' || role === 'thing') return true;
    if (
      vocabulary.things.at(words, i) !== undefined &&
      !/^(?:one|something|anything|everything|thing)$/.test(words[i].text)
    )
      return true;
    if (role !== undefined) continue;
    const adjective =
      vocabulary.moods.get(words[i].text) !== undefined ||
      /^(?:good|great|best|more|other|of|the|new|newer|newest|latest|recent|popular|most|really|very|nice|different|old|decent|solid|top|highly|rated|well|known|excellent|amazing|must|see|or|and|so|random|famous|big|a)$/.test(
        words[i].text,
      );
    if (!adjective && i > start + 2) return false;
  }
  return false;
}

/** "5 kids movies" counts, "5 kids" does not. */
function countsKids(reading: Reading, i: number): boolean {
  return /^(?:kids?|children)$/.test(reading.text(i)) && reachesThing(reading, i + 1);
}
