/** What do the words before a title say of it? That the answer should be like it, or that it is not wanted. */

import { Phrases } from '../phrases.ts';
import type { Reading } from './reading.ts';

/** What a title that follows is for; after a `weak` cue only what looks like a title is one. */
export interface Cue {
  readonly role: 'anchor' | 'unwanted';
  readonly weak: boolean;
  /** How many words say so. */
  readonly words: number;
}

const CUES = new Phrases<{ readonly role: Cue['role'] | 'seen'; readonly weak: boolean }>()
  .add(
    `like, likes, liked, loved, love, loving, enjoyed, enjoy, enjoying, adored, adore, similar to, similar as, similar with, similar movies to, similar films to, similar songs to, similar albums to,
    similar books to, similar ones to, similar stuff to, similar things to, similarity to,
    resembles, resembling, resemble, akin to, comparable to, compared to, close to, closest to, along the lines of, along
    the same lines as, in the vein of, in the same vein as, in the spirit of, in the style of, in the mould of, in the mold
    of, in the manner of, same vein as, same style as, same vibe as, same vibes as, same feel as, same mood as, same spirit
    as, same tone as, same kind as, vibe of, vibes of, feel of, mood of, spirit of, tone of, style of, energy of, reminiscent
    of, reminds me of, remind me of, reminding me of, reminded me of, fan of, big fan of, huge fan of, fans of, fond of, obsessed with, crazy about,
    in love with, favourite is, favorite is, favourites are, favorites are, based on my love of, a la, inspired by, cross
    between, mix of, mixture of, mash up of, mashup of, blend of, combination of, successor to, companion to, follow up to,
    alternatives to, alternative to, equivalent of, answer to, as good as, after watching, after seeing, after finishing,
    just finished, watch after, see after, related to, else like, feels like, feel like, looks like, sounds like, plays
    like, lovers of, such as, recommendations based on, version of, take on, answer to, because i watched, because i saw,
    since i watched, since i saw, since watching, if i watched, after i watched, after i saw`,
    { role: 'anchor', weak: false },
  )
  .add(
    'another, next, more, into, meets, after, than, similar, between, halfway between, somewhere between',
    {
      role: 'anchor',
      weak: true,
    },
  )
  .add(
    `seen, saw, watched, rewatched, already know, already own, already read, already heard, already played, finished watching,
    finished reading, ive read, have read, has read, weve read, ive played, have played, listened to`,
    { role: 'seen', weak: false },
  )
  .add(
    `tired of, sick of, bored of, bored with, fed up with, hated, didnt like, did not like, didnt enjoy, did not enjoy,
    dont like, do not like, dont love, do not love, couldnt stand, cant stand, never liked, never loved, unlike, nothing like,
    not like, isnt like, not a fan of, no fan of, not into, not fond of, not similar to, nothing similar to, anything but,
    everything but, apart from, aside from, other than, except for, besides, excluding, instead of, rather than, not
    counting, not including, didnt care for, not crazy about, no more, not another, not more, dont recommend,
    dont suggest, dont show me, dont give me, do not recommend, do not suggest, do not show me`,
    { role: 'unwanted', weak: false },
  )
  .add(
    `except, exclude, but not, not, no, without, minus, skip, skipping, leave out, leaving out, omit, ignore,
    ignoring, avoid, avoiding, hate, hates, dislike, disliked, dislikes, dont want, do not want`,
    { role: 'unwanted', weak: true },
  )
  .add('heard, know', { role: 'seen', weak: true });

const SOFTENERS =
  /^(?:really|particularly|much|that|quite|very|so|absolutely|truly|totally|just|all|also|both|recently|actually|yet|even|ever)$/;

/** The cue that ends right before word `i`. Cost: a hash per length of the cues. */
export function cueBefore(reading: Reading, i: number): Cue | undefined {
  const adjective = comparedBefore(reading, i);
  if (adjective !== undefined) return adjective;
  if (i === 0 || /[.;!?)]/.test(reading.words[i].gap)) return undefined;
  const found = CUES.endingAt(reading.words, i);
  if (found === undefined || !unbroken(reading, i - found.length, i)) return undefined;
  const start = i - found.length;
  const { role, weak } = found.meaning;
  let before = start - 1;
  while (before > 0 && SOFTENERS.test(reading.text(before))) before--;
  const word = before >= 0 ? reading.text(before) : '';
  // "I would like ...", "I'd love to ...": a wish, not a likeness.
  if (
    /^(?:would|id|wed|should|youd|hed|shed|theyd)$/.test(word) &&
    /^(?:like|love|enjoy)$/.test(reading.text(start))
  ) {
    return undefined;
  }
  const refused =
    /^(?:didnt|dont|doesnt|havent|hasnt|hadnt|never|not|nothing|isnt|wasnt|hardly|cannot|cant|no)$/.test(
      word,
    );
  // What was never seen may still be wanted; "do you know Heat?" asks for it.
  if (role === 'seen')
    return refused || word === 'you' ? undefined : { role: 'unwanted', weak, words: i - start };
  const turned = refused && role === 'anchor';
  return { role: turned ? 'unwanted' : role, weak, words: i - (turned ? before : start) };
}

/** "a darker Shrek", "a more serious Jaws". */
function comparedBefore(reading: Reading, i: number): Cue | undefined {
  if (i < 2 || !reading.capital(i) || reading.breakBefore(i)) return undefined;
  const compared =
    /(?:^| )an? (?:(?:much|far|way|slightly|bit) )*(?:(?:more|less) [a-z]+|[a-z]+er|better|worse) $/.test(
      reading.before(i, 5),
    );
  return compared ? { role: 'anchor', weak: true, words: 0 } : undefined;
}

/** Whether none of the words is a title already, and no sentence ends among them. */
function unbroken(reading: Reading, start: number, end: number): boolean {
  for (let j = start; j < end; j++) {
    if (reading.role(j) === 'title' || (j > start && reading.breakBefore(j))) return false;
  }
  return true;
}
