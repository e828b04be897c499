/** Which years may an answer be from? Years, decades and their parts, ranges and open ranges; eras of style apart. */

import { type Era, erasOf } from './eras.ts';
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

interface Constraint {
  readonly range: YearRange;
  /** Whether a word of release stands beside it. */
  readonly explicit: boolean;
  /** Whether it may be joined with the next: "80s and 90s". */
  readonly place: Era;
}

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
  `(?:^| )(?:until|till|til|up to and including|until and including|through and including|in or before|on or before|from or before|up to|up until|through|to|by|at the latest|at most|no later than) ${THE}$`,
);
const AROUND = /(?:^| )(?:around|circa|ca|c|roughly|approximately|about) (?:the year )?$/;
const NEGATED =
  /(?:^| )(?:no|not|none|none of us|neither|neither of us|nobody|no one|nothing|never|isnt|arent|wasnt|werent|dont want|without|avoid|skip|exclude|excluding|except|hate|anything but|everything but|other than|dont|do not|doesnt)(?: (?:any|anything|something|show|me|give|recommend|suggest|include|need|needs|wants|likes|care|for|like|movies?|films?|songs?|stuff|from|made|released|of|in|that|thats|is|are|was|were|to|be|want|a|an|the|please|too|much|out|produced|recorded|come|came|filmed|shot))* $/;
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
const PLACE_LED = /(?:^| )(?:in|of|around|from|through|across|into|to) (?:early |mid |late )?$/;

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
    !genreStories(reading, era.start) &&
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
  if (/from (?:early |mid |late )?$/.test(before) && !reading.capital(era.end)) return false;
  return !(
    vocabulary.fillers.get(place.text) ||
    vocabulary.things.at(words, era.end) ||
    vocabulary.genres.at(words, era.end) ||
    vocabulary.moods.at(words, era.end) ||
    vocabulary.languages.at(words, era.end) ||
    /^(?:onwards?|onward|upwards?|later|newer|earlier|older|or|on)$/.test(place.text)
  );
}

/** "love stories of the 70s", "ghost tales of the 30s": films of a genre, not what they tell of. */
function genreStories(reading: Reading, end: number): boolean {
  const { words, vocabulary } = reading;
  let i = end - 1;
  while (i > 0 && /^(?:of|from|the|early|mid|late)$/.test(words[i].text)) i--;
  if (!/^(?:story|stories|tales?)$/.test(reading.text(i))) return false;
  return (vocabulary.genres.endingAt(words, i + 1) ?? vocabulary.genres.endingAt(words, i)) !== undefined;
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
