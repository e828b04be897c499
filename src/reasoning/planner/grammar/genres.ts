/** Which genres are wanted, and which are not? Phrases of the vocabulary, and how far a negation reaches. */

import type { Reading } from './reading.ts';

/** Categories of the catalogue. */
export interface Genres {
  readonly any: readonly string[];
  readonly not: readonly string[];
  /** Whether a genre is both wanted and unwanted. */
  readonly contradiction: boolean;
}

interface Mention {
  readonly start: number;
  readonly end: number;
  readonly categories: readonly string[];
  readonly named: boolean;
  readonly negated: boolean;
  /** Whether the negation reaches this one alone: "-horror", "non-animated". */
  readonly alone: boolean;
}

/** Words after which a genre is unwanted, up to the genre. */
const NEGATION =
  /(?:^| )(?:no|not|non|never|never (?!seen|watched|tried|heard|read|played)\w+|nothing|none|neither|nor|without|w o|except|except for|excluding|exclude|excludes|minus|sans|avoid|avoiding|avoids|skip|skipping|hate|hates|hated|dislike|dislikes|despise|detest|cant stand|cannot stand|couldnt stand|cant bear|not a fan of|no fan of|loathe|isnt|arent|aint|wasnt|dont|doesnt|didnt|cant|cannot|wont|leave out|leaving out|omit|omitting|drop|ban|ignore|ignoring|less|fewer|anything but|everything but|all but|anything except|everything except|other than|apart from|aside from|besides|instead of|rather than|tired of|sick of|bored of|bored with|fed up with|enough of|enough|over|far from|free of|devoid of|lacking|hold the|stay away from|keep away from|steer clear of|stop|quit|done with|had it with|had my fill of|do without|no time for|no longer|spare me|not counting|unlike) (?:(?:a|an|the|any|anything|some|of|too|so|very|that|thats|which|is|are|was|be|want|wants|like|likes|likely|in|mood|for|into|really|please|more|much|all|with|to|see|watch|watching|need|care|think|thing|things|stuff|kind|kinds|type|types|sort|sorts|movie|movies|film|films|those|these|this|your|usual|typical|particularly|remotely|overly|even|purely|just|me|give|show|recommend|suggest|considered|classified|as|count|feel|felt|looking|having|include|including|contain|containing|involve|involving|super|straight|pure|another|one|ones|other|stupid|silly|boring|at|up|feeling|exactly|my|again|him|her|them|us|anybody|do|interested|fan|fans|big|huge|keen|fond|crazy|on|listen|hear|hearing|add|adding|bring|tell|scenes|elements|every|genre|genres|category|categories|recommending|showing|suggesting|giving|offering|sappy|cheesy|bloody|sad) )*$/;
/** Not a negation after all. */
const POSITIVE =
  /(?:nothing but|not only|not just|why not|cant get enough(?: of)?|cannot get enough(?: of)?|never enough|not without|dont mind(?: if)?|wouldnt mind|not averse to|no problem with|if not|nothing beats|cant go wrong with|never tire of|never get tired of|never bored of|no less than|not less than) (?:\w+ )*$/;
/** What says no to the genre before it: "romance excluded". */
const POSTFIX =
  /^ (?:\| )?(?:(?:movies?|films?|is|are|be) )*(?:excluded|not included|unwanted|not wanted|not welcome|no thanks|no thank you|need not apply|not please|not allowed|aside|left out|omitted) /;
/** What says no around a genre: "leave the horror out". */
const LEAVE = /(?:^| )(?:leave|leaving|keep|keeping|cut|take) (?:(?:the|any|all|out) )*$/;
const OUT = /^ (?:(?:movies?|films?|stuff) )?(?:out|away|off) /;
const CONNECTIVE = /^(?:and|or|nor|and or|plus|andor)$/;

/** Reads and claims every genre. An explicit "no X" wins over X; a genre by name over another word for it. */
export function readGenres(reading: Reading): Genres {
  const mentions = mentionsOf(reading);
  const any = new Map<string, boolean>();
  const not = new Map<string, boolean>();
  for (const { categories, named, negated } of mentions) {
    for (const category of categories) {
      const side = negated ? not : any;
      side.set(category, (side.get(category) ?? false) || named);
    }
  }
  let contradiction = false;
  for (const [category, named] of not) {
    if (!any.has(category)) continue;
    contradiction = true;
    if (any.get(category) === true && !named) not.delete(category);
    else any.delete(category);
  }
  return { any: [...any.keys()].sort(), not: [...not.keys()].sort(), contradiction };
}

function mentionsOf(reading: Reading): Mention[] {
  const { words, vocabulary } = reading;
  const mentions: Mention[] = [];
  for (let i = 0; i < reading.length; i++) {
    if (!reading.free(i)) continue;
    let end = i;
    while (end < i + 6 && reading.free(end) && (end === i || !reading.breakBefore(end))) end++;
    // "non-romantic comedies" are comedies, "non-sci-fi" is one word.
    const non = i > 0 && words[i - 1].text === 'non';
    let hyphened = i + 1;
    while (hyphened < end && words[hyphened].gap === '-') hyphened++;
    const found =
      (non ? vocabulary.genres.at(words, i, hyphened) : undefined) ?? vocabulary.genres.at(words, i, end);
    const meaning = found?.meaning ?? vocabulary.genreNear(words[i].text);
    if (meaning === undefined || isSubject(reading, i)) continue;
    const stop = i + (found?.length ?? 1);
    const previous = mentions.at(-1);
    const alone = reading.words[i].minus || non;
    const negated = alone || negatedAt(reading, i, previous) || saysNoAround(reading, i, stop);
    if (negated) claimNegation(reading, i);
    reading.claim(i, stop, 'genre');
    mentions.push({ start: i, end: stop, ...meaning, negated, alone });
    i = stop - 1;
  }
  return mentions;
}

function saysNoAround(reading: Reading, start: number, end: number): boolean {
  const after = reading.after(end, 5);
  return POSTFIX.test(after) || (OUT.test(after) && LEAVE.test(reading.before(start, 4)));
}

/** "the kids want Up", "my family and I": those who ask are no genre. */
function isSubject(reading: Reading, i: number): boolean {
  return (
    /^(?:kids?|child|children|family|toddlers?)$/.test(reading.text(i)) &&
    /(?:^|\| |and |but |because |so |since )(?:my|our|the|their|his|her) (?:\w+ )?$/.test(
      reading.before(i, 12),
    ) &&
    / (?:wants?|would|needs?|likes?|loves?|are|is|have|has|can|will|asked|saw|watched|watches|prefers?|and i|and me) /.test(
      `${reading.from(i + 1, 1)}${reading.from(i + 1, 2)}`,
    )
  );
}

/** Whether a negation reaches word `i`: it stands before it, or before a list that it belongs to. */
function negatedAt(reading: Reading, i: number, previous: Mention | undefined): boolean {
  const before = withinClause(reading.before(i, 12));
  if (NEGATION.test(before) && !POSITIVE.test(before)) return true;
  if (previous === undefined || !previous.negated || previous.alone) return false;
  return listed(reading, previous, i);
}

/** Claims the words that negate what stands at `i`. */
function claimNegation(reading: Reading, i: number): void {
  const found = NEGATION.exec(withinClause(reading.before(i, 12)));
  if (found === null) return;
  const words = found[0].trim().split(' ').length;
  for (let j = Math.max(0, i - words); j < i; j++) if (reading.free(j)) reading.claim(j, j + 1, 'cue');
}

/** A comma ends what a negation reaches, but for a list that a conjunction closes: "no horror, war or crime". */
function listed(reading: Reading, previous: Mention, i: number): boolean {
  const between: string[] = [];
  for (let j = previous.end; j < i; j++) between.push(reading.text(j));
  const text = between
    .filter((word) => !/^(?:movies?|films?|stuff|things?|any|a|an|the|too|all|kind|of|either)$/.test(word))
    .join(' ');
  const broken = (): boolean => {
    for (let j = previous.end; j <= i; j++) if (reading.breakBefore(j)) return true;
    return false;
  };
  if (CONNECTIVE.test(text)) return true;
  if (text !== '') return false;
  if (/^[/]$/.test(reading.words[i].gap)) return true;
  if (!reading.breakBefore(i) && !broken()) return previous.named;
  if (!/^,$/.test(reading.words[previous.end]?.gap ?? '') && !/^,$/.test(reading.words[i].gap)) return false;
  // A comma: the list must go on to "or X", "nor X" or "and X".
  let j = i;
  for (let steps = 0; steps < 12 && j < reading.length; steps++) {
    const end = Math.min(reading.length, j + 6);
    const found = reading.vocabulary.genres.at(reading.words, j, end);
    if (found === undefined) return false;
    j += found.length;
    while (/^(?:movies?|films?)$/.test(reading.text(j))) j++;
    if (j < reading.length && /^(?:or|nor|and)$/.test(reading.text(j))) {
      return (
        reading.vocabulary.genres.at(reading.words, j + 1, Math.min(reading.length, j + 7)) !== undefined
      );
    }
    if (j >= reading.length || !/^,$/.test(reading.words[j].gap)) return false;
  }
  return false;
}

/** The words since the last break or turn. */
function withinClause(before: string): string {
  const clause = before.slice(before.lastIndexOf('|') + 1);
  return clause.replace(/^.* (?=but (?:not|no|nothing|without|never|dont)\b)/, ' ');
}
