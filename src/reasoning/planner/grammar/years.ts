/** Which years may an answer be from? Years, decades and their parts, ranges and open ranges; eras of style apart. */

import { decadeNear, decadeWord, numberWord } from '../lexicon/numbers.ts';
import type { Reading } from './reading.ts';

/** Years, both ends included; null where open. */
export type YearRange = readonly [number | null, number | null];

/** What a request says about years. */
export interface Years {
  readonly range: YearRange | null;
  /** Whether two of its ranges exclude each other. */
  readonly contradiction: boolean;
  /** Whether it names an era of style or setting, or years that are unwanted, which a range cannot say. */
  readonly unheld: boolean;
}

/** A stretch of years that words name. */
interface Era {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** Whether it is a single year. */
  readonly year: boolean;
}

interface Constraint {
  readonly range: YearRange;
  /** Whether a word of release stands beside it. */
  readonly explicit: boolean;
  /** Whether it may be joined with the next: "80s and 90s". */
  readonly place: Era;
}

const FIRST = 1000;
const LAST = 2199;
const THE = '(?:the |those |these |year |years |end of |early |mid |late |very |back |in |good old |old )*';
const BEFORE = new RegExp(
  `(?:^| )(?:(?<!(?:^| )or )before|prior to|pre|earlier than|older than|ahead of|preceding|predating) ${THE}$`,
);
const AFTER = new RegExp(
  `(?:^| )(?:(?<!(?:^| )or )after|post|later than|newer than|more recent than|younger than|past|following|postdating) ${THE}$`,
);
const SINCE = new RegExp(
  `(?:^| )(?:since|in or after|from or after|on or after|starting|starting from|starting in|starting with|beginning in|beginning with|as of|from at least|at least from|at the earliest) ${THE}$`,
);
const UNTIL = new RegExp(
  `(?:^| )(?:until|till|til|in or before|on or before|from or before|up to|up until|through|to|by|at the latest|at most|no later than) ${THE}$`,
);
const AROUND = /(?:^| )(?:around|circa|ca|c|roughly|approximately|about) (?:the year )?$/;
const NEGATED =
  /(?:^| )(?:no|not|none|nothing|never|isnt|arent|wasnt|werent|dont want|without|avoid|skip|exclude|excluding|except|hate|anything but|everything but|other than|dont|do not|doesnt)(?: (?:any|anything|something|show|me|give|recommend|suggest|include|need|care|for|like|movies?|films?|songs?|stuff|from|made|released|of|in|that|thats|is|are|was|were|to|be|want|a|an|the|please|too|much|out|produced|recorded|come|came|filmed|shot))* $/;
const RELEASE = new RegExp(
  `(?:^| )(?:made|make|released|release|filmed|shot|produced|recorded|published|came out|come out|coming out|comes out|out|premiered|premiering|debuted|dating|dates|dated|from|written|issued|appeared)(?: back)?(?: in| from| during| around| of)? ${THE}$`,
);
const SETTING = new RegExp(
  `(?:^| )(?:set|sets|setting|settings|takes place|take place|taking place|took place|happens|happening|based|situated|located|placed|about|story of|stories of|tale of|life|lives|living|lived|growing up|grew up|coming of age|feels like|feel like|feeling like|looks like|look like|sounds like|sound like|plays like|feels|feel of|vibe of|vibes of|vibes from|vibe from|feeling of|style of|styles of|look of|sound of|spirit of|mood of|tone of|aesthetic of|aesthetics of|flavou?r of|atmosphere of|nostalgia for|nostalgic for|nostalgic about|reminds me of|reminiscent of|remind me of|inspired by|influenced by|homage to|tribute to|tributes to|ode to|evokes|evoking|evoke|captures|capturing|recreates|recreating|depicting|depicts|portraying|portrays|throwback to|straight out of|love letter to|as if|era of|world of|events of)(?: mainly| mostly| back| as| somewhere| right)*(?: in| during| around| at| from| of| to)?(?: (?:it|its|is|was|were|it is|it was|theyre|they were|came|made|filmed|shot|something|a|an|one|movie|film))*(?: from| in| out of)? ${THE}$`,
);
/** "I feel like a 90s comedy" asks for one. */
const WISH = /(?:^| )(?:i|im|we|were|really|just|kinda) (?:feel|feeling) like /;
const STYLE_AFTER =
  /^ (?:era )?(?:style|styled|stylings|vibe|vibes|feel|feeling|feels|look|looks|looking|aesthetic|aesthetics|nostalgia|throwback|throwbacks|inspired|influenced|sound|sounding|flavou?r|mood|atmosphere|esque|ish|retro|revival|tribute|tributes|homage|setting|settings|spirit|tone|charm|energy|influence|influences|set|like) /;
const PLACE_LED = /(?:^| )(?:in|of|around|from) (?:early |mid |late )?$/;

/** Reads and claims every era. @param thisYear what "last year" and "recent years" count from. */
export function readYears(reading: Reading, thisYear: number): Years {
  const eras = erasOf(reading, thisYear);
  const constraints: Constraint[] = [];
  let unheld = false;
  for (let e = 0; e < eras.length; e++) {
    let era = eras[e];
    const before = reading.before(era.start, 10);
    let joined: 'range' | 'list' | undefined;
    let last = era;
    for (let next = eras[e + 1]; next !== undefined; next = eras[e + 1]) {
      const join = joinOf(reading, last, next);
      if (join === undefined) break;
      joined = joined === 'range' ? joined : join;
      reading.claim(last.end, next.start, 'year');
      era = {
        ...era,
        end: next.end,
        from: Math.min(era.from, next.from),
        to: Math.max(era.to, next.to),
        year: false,
      };
      last = next;
      e++;
    }
    const setting = settingOf(reading, era, before);
    if (setting) {
      unheld = true;
      claimStyle(reading, era, before);
      reading.claim(era.start, era.end, 'setting');
      continue;
    }
    const said = rangeOf(reading, era, before, joined === 'range');
    reading.claim(era.start, said.end, 'year');
    if (said.range === null) {
      unheld = true;
      continue;
    }
    constraints.push({
      range: said.range,
      explicit: said.explicit || RELEASE.test(before),
      place: era,
    });
  }
  return { ...together(constraints), unheld };
}

/** `from 1990 to 1995`, `80s and 90s`, `between the 70s and the 80s`: the two as one. */
function joinOf(reading: Reading, era: Era, next: Era): 'range' | 'list' | undefined {
  let between = '';
  for (let i = era.end; i < next.start; i++) between += `${reading.text(i)} `;
  const gap = reading.words[era.end]?.gap ?? '';
  if (era.end === next.start)
    return /^(?:-|\/|\.\.+|~|,)$/.test(gap) || (gap === ' ' && !era.year && !next.year)
      ? gap === '-'
        ? 'range'
        : 'list'
      : undefined;
  if (/[.;!?]/.test(gap)) return undefined;
  if (
    /^(?:to|through|thru|until|till|til|up to|all the way to|and up to) (?:the |early |mid |late )*$/.test(
      between,
    )
  )
    return 'range';
  if (/^(?:and|or|and or|nor) (?:the |in |from |early |mid |late )*$/.test(between)) {
    return /between (?:the )?$/.test(reading.before(era.start, 3)) ? 'range' : 'list';
  }
  return undefined;
}

function settingOf(reading: Reading, era: Era, before: string): boolean {
  if (STYLE_AFTER.test(reading.after(era.end, 3)) && !/^ like \*/.test(reading.after(era.end, 3)))
    return true;
  if (
    SETTING.test(before.replace(WISH, ' ')) &&
    !/(?:made|released|filmed|shot|recorded|produced|published) (?:back )?(?:in |from |during )?(?:the )?$/.test(
      before.replace(/(?:as if|like) .*$/, ''),
    )
  )
    return true;
  // "in 1990s Seattle": a place, not a release.
  const { words, vocabulary } = reading;
  const place = words[era.end];
  if (place === undefined || reading.breakBefore(era.end) || !reading.free(era.end)) return false;
  if (
    !PLACE_LED.test(before) ||
    / (?:made|released|filmed|shot|recorded|produced) (?:in|from) $/.test(` ${before}`)
  )
    return false;
  if (/from (?:early |mid |late )?$/.test(before) && !place.capital) return false;
  return !(
    vocabulary.fillers.get(place.text) ||
    vocabulary.things.at(words, era.end) ||
    vocabulary.genres.at(words, era.end) ||
    vocabulary.moods.at(words, era.end) ||
    vocabulary.languages.at(words, era.end) ||
    /^(?:onwards?|onward|upwards?|later|newer|earlier|older|or|on)$/.test(place.text)
  );
}

/** Claims the words right before `i` that a match of {@link Reading.before} took. */
function claimBefore(reading: Reading, i: number, found: string): void {
  const words = found
    .trim()
    .split(' ')
    .filter((word) => word !== '|').length;
  for (let j = Math.max(0, i - words); j < i; j++) if (reading.free(j)) reading.claim(j, j + 1, 'cue');
}

function claimStyle(reading: Reading, era: Era, before: string): void {
  const led = SETTING.exec(before);
  if (led !== null) claimBefore(reading, era.start, led[0]);

  const found = STYLE_AFTER.exec(reading.after(era.end, 3));
  if (found !== null) reading.claim(era.end, era.end + found[0].trim().split(' ').length, 'setting');
}

/** The range that an era means with the words around it; null where it is unwanted. */
function rangeOf(
  reading: Reading,
  era: Era,
  before: string,
  range: boolean,
): { range: YearRange | null; end: number; explicit: boolean } {
  const after = reading.after(era.end, 4);
  const later =
    /^ (?:\| )?(?:on|onward|onwards|upward|upwards|forward|forwards|and on|and onwards?|and after|and later|or later|and newer|or newer|and up|or after|or more recent|and above|to now|to today|to present|to the present|until now|until today|till now|till today|and beyond|at the earliest|or younger) (?!(?:the )?(?:early |mid |late )?\d)/.exec(
      after,
    );
  const earlier =
    /^ (?:\| )?(?:or earlier|and earlier|or older|and older|or before|and before|and below|at the latest|or prior|backwards?) (?!(?:the )?(?:early |mid |late )?\d)/.exec(
      after,
    );
  const plus = reading.gapBefore(era.end).startsWith('+');
  const open = (from: number | null, to: number | null, words = 0) => ({
    range: [from, to] as const,
    end: era.end + words,
    explicit: true,
  });
  const count = (found: RegExpExecArray): number => found[0].replace(/\|/g, '').trim().split(/\s+/).length;
  if (later !== null) return open(era.from, null, count(later));
  if (earlier !== null) return open(null, era.to, count(earlier));
  if (plus) return open(era.from, null);
  if (range) return { range: [era.from, era.to], end: era.end, explicit: false };
  for (const [relation, means, negated] of [
    [BEFORE, [null, era.from - 1], [era.from, null]],
    [AFTER, [era.to + 1, null], [null, era.to]],
    [SINCE, [era.from, null], [null, era.from - 1]],
    [UNTIL, [null, era.to], [era.to + 1, null]],
  ] as const) {
    const found = relation.exec(before);
    if (found === null) continue;
    const lead = before.slice(0, found.index + 1);
    const meant = NEGATED.test(lead) ? negated : means;
    claimBefore(reading, era.start, found[0]);
    return open(meant[0], meant[1]);
  }
  const released = RELEASE.exec(before);
  if (released !== null) claimBefore(reading, era.start, released[0]);
  if (NEGATED.test(before)) return { range: null, end: era.end, explicit: true };
  const around = era.year ? AROUND.exec(before) : null;
  if (around !== null) claimBefore(reading, era.start, around[0]);
  if (around !== null) return { range: [era.from - 2, era.to + 2], end: era.end, explicit: false };
  return { range: [era.from, era.to], end: era.end, explicit: false };
}

/** Several ranges as one: what is explicit beats what is not, what overlaps is cut to what both allow, the rest joined. */
function together(constraints: readonly Constraint[]): { range: YearRange | null; contradiction: boolean } {
  if (constraints.length === 0) return { range: null, contradiction: false };
  let [{ range, explicit }] = constraints;
  let contradiction = false;
  for (const next of constraints.slice(1)) {
    const from = Math.max(range[0] ?? -Infinity, next.range[0] ?? -Infinity);
    const to = Math.min(range[1] ?? Infinity, next.range[1] ?? Infinity);
    if (from <= to) range = [Number.isFinite(from) ? from : null, Number.isFinite(to) ? to : null];
    else if (!explicit && !next.explicit) {
      range = [least(range[0], next.range[0], Math.min), least(range[1], next.range[1], Math.max)];
    } else {
      contradiction = true;
      if (next.explicit) range = next.range;
    }
    explicit ||= next.explicit;
  }
  return { range, contradiction };
}

function least(a: number | null, b: number | null, pick: (a: number, b: number) => number): number | null {
  return a === null || b === null ? null : pick(a, b);
}

/** All stretches of years that unclaimed words name, in their order. */
function erasOf(reading: Reading, thisYear: number): Era[] {
  const eras: Era[] = [];
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    const era = partOf(reading, i) ?? relative(reading, i, thisYear);
    if (era === undefined) continue;
    eras.push(era);
    i = era.end - 1;
  }
  return eras;
}

/** `early 80s`, `mid to late nineties`, `the first half of the 70s`, or a whole era. */
function partOf(reading: Reading, i: number): Era | undefined {
  const text = reading.from(i, 8).replace(/ \|/g, '');
  const part =
    /^ (early|mid|middle|late|later|beginning|start|end|first half|second half|latter half)(?: (?:to|through|and|or|and into) (?:the )?(mid|middle|late))?((?: (?:part|years|half|of|the|in))*) /.exec(
      text,
    );
  if (part === null) return wholeEra(reading, i);
  const skipped = part[0].trim().split(' ').length;
  if (!reading.allFree(i, i + skipped + 1)) return undefined;
  const era = wholeEra(reading, i + skipped);
  if (era === undefined) return undefined;
  const [low] = PARTS[part[1]];
  const [, high] = PARTS[part[2] ?? part[1]];
  if (era.to - era.from === 9) return { ...era, start: i, from: era.from + low, to: era.from + high };
  if (era.to - era.from === 99)
    return { ...era, start: i, from: era.from + low * 10, to: Math.min(era.to, era.from + high * 10 + 9) };
  return era.year ? { ...era, start: i } : era;
}

const PARTS: Readonly<Record<string, readonly [number, number]>> = {
  early: [0, 3],
  beginning: [0, 3],
  start: [0, 3],
  mid: [4, 6],
  middle: [4, 6],
  late: [7, 9],
  later: [7, 9],
  end: [7, 9],
  'first half': [0, 4],
  'second half': [5, 9],
  'latter half': [5, 9],
};

/** A year, a decade or a century that begins at word `i`. */
function wholeEra(reading: Reading, i: number): Era | undefined {
  if (!reading.free(i)) return undefined;
  const word = reading.text(i);
  const next = reading.free(i + 1) ? reading.text(i + 1) : '';
  const era = (words: number, from: number, to: number, year = false): Era => ({
    start: i,
    end: i + words,
    from,
    to,
    year,
  });
  let found = /^(\d{3}0)s$/.exec(word);
  if (found !== null && inReach(Number(found[1]))) return era(1, Number(found[1]), Number(found[1]) + 9);
  found = /^(\d0)s$/.exec(word);
  if (found !== null) return decade(era, 1, Number(found[1]));
  if (/^\d{2}$/.test(word) && /'$/.test(reading.words[i].gap)) {
    const year = Number(word) + (Number(word) < 30 ? 2000 : 1900);
    return era(1, year, year, true);
  }
  if (/^\d{4}$/.test(word) && inReach(Number(word))) {
    // "1990 s" of "1990 's", and "1990-95".
    const short =
      /^\d{2}$/.test(next) && reading.words[i + 1].gap === '-' ? Number(word.slice(0, 2) + next) : 0;
    if (short > Number(word)) return era(2, Number(word), short);
    if (next === 'decade') return era(2, Number(word), Number(word) + 9);
    return era(1, Number(word), Number(word), true);
  }
  const named = decadeWord(word) ?? decadeNear(word);
  if (named !== undefined && word !== 'tens' && word !== 'thousands') return decade(era, 1, named);
  const hundred = word === 'nineteen' ? 1900 : word === 'eighteen' ? 1800 : word === 'twenty' ? 2000 : 0;
  if (hundred > 0 && next !== '') {
    const second = decadeWord(next);
    if (second !== undefined) return era(2, hundred + second, hundred + second + 9);
    const tens = numberWord(next);
    if (tens !== undefined && tens >= 10) {
      const unit =
        tens % 10 === 0 && tens >= 20 && reading.free(i + 2) ? numberWord(reading.text(i + 2)) : undefined;
      const year = hundred + tens + (unit !== undefined && unit < 10 ? unit : 0);
      return era(unit !== undefined && unit < 10 ? 3 : 2, year, year, true);
    }
  }
  if (word === 'two' && (next === 'thousand' || next === 'thousands')) {
    if (next === 'thousands') return era(2, 2000, 2009);
    const third = reading.free(i + 2) ? numberWord(reading.text(i + 2)) : undefined;
    return third === undefined ? era(2, 2000, 2000, true) : era(3, 2000 + third, 2000 + third, true);
  }
  found = /^(\d{2})(?:st|th)$/.exec(word);
  const turn = /^ turn of the (?:century|millennium) /.test(reading.from(i, 4));
  if (turn) return era(4, 2000, 2000, true);
  if (/^ (?:this|new) (?:century|millennium) /.test(reading.from(i, 2))) return era(2, 2001, 2100);
  if (word === 'twenty' && next === 'first' && reading.text(i + 2) === 'century') return era(3, 2001, 2100);
  const century = found !== null ? Number(found[1]) : ORDINALS[word];
  if (century !== undefined && next === 'century') return era(2, century * 100 - 99, century * 100);
  return undefined;
}

const ORDINALS: Readonly<Record<string, number>> = Object.assign(Object.create(null), {
  eighteenth: 18,
  nineteenth: 19,
  twentieth: 20,
});

function decade(era: (words: number, from: number, to: number) => Era, words: number, digits: number): Era {
  const from = digits < 20 ? 2000 + digits : 1900 + digits;
  return era(words, from, from + 9);
}

/** `last year`, `the last ten years`, `this decade`. */
function relative(reading: Reading, i: number, thisYear: number): Era | undefined {
  const found = /^ (?:the )?(this|last|past|current|previous)(?: (\w+))? (year|years|decade|decades) /.exec(
    reading.from(i, 4).replace(/ \|/g, ''),
  );
  if (found === null) return undefined;
  const [all, which, amount, unit] = found;
  const end = i + all.trim().split(' ').length;
  if (!reading.allFree(i, end)) return undefined;
  const n =
    amount === undefined
      ? undefined
      : amount === 'few' || amount === 'couple'
        ? 3
        : (numberWord(amount) ?? Number(amount));
  if (n !== undefined && !(n >= 1 && n <= 200)) return undefined;
  const span = (from: number, to: number): Era => ({ start: i, end, from, to, year: from === to });
  const base = Math.floor(thisYear / 10) * 10;
  const back = which === 'last' || which === 'previous';
  if (n !== undefined) return span(thisYear - n * (unit.startsWith('decade') ? 10 : 1) + 1, thisYear);
  if (which === 'past') return span(thisYear - (unit === 'decade' ? 9 : 0), thisYear);
  if (unit === 'decade') return back ? span(base - 10, base - 1) : span(base, base + 9);
  if (unit === 'year' || unit === 'years')
    return back ? span(thisYear - 1, thisYear - 1) : span(thisYear, thisYear);
  return undefined;
}

function inReach(year: number): boolean {
  return year >= FIRST && year <= LAST;
}
