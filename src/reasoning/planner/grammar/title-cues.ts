/** What do the words before a title say of it? That the answer should be like it, or that it is not wanted. */

import type { Reading } from './reading.ts';

const LIKENESS =
  /(?:^| )(?:like|likes|liked|loved|love|loving|enjoyed|enjoy|adored|adore|similar to|similar as|similarity to|resembles|resembling|resemble|akin to|comparable to|close to|closest to|along the lines of|in the vein of|in the veins of|in the spirit of|in the style of|in the mould of|in the mold of|in the manner of|same vein as|same style as|same vibe as|same vibes as|same feel as|same mood as|same spirit as|same tone as|same kind as|vibe of|vibes of|feel of|mood of|spirit of|tone of|style of|reminiscent of|reminds me of|remind me of|reminding me of|reminded me of|fan of|fans of|big fan of|fond of|into|obsessed with|crazy about|in love with|favou?rite is|favou?rites are|favou?rite movie is|favou?rite film is|based on my love of|a la|inspired by|cross between|mix of|mixture of|mash up of|blend of|combination of|successor to|companion to|follow up to|alternatives to|alternative to|equivalent of|answer to|another|next|more|as good as|after watching|after seeing|after finishing|just finished|finished|watch after|see after|related to|compare to|compared to|else like|feels like|feel like|looks like|sounds like|plays like|such as|kind of like|sort of like|for lovers of|lovers of|for people who liked|for people who loved|same as|à la) $/;
const SEEN =
  /(?:^| )(?:seen|saw|watched|rewatched|already know|already own|already read|already heard|already played|heard|know|finished watching|except|except for|excluding|exclude|besides|beside|apart from|aside from|other than|but not|not|no|without|minus|skip|skipping|leave out|leaving out|omit|ignore|ignoring|avoid|avoiding|hate|hated|hates|dislike|disliked|dislikes|tired of|sick of|bored of|bored with|fed up with|instead of|rather than|anything but|everything but|dont recommend|dont suggest|dont show me|dont give me|do not recommend|do not suggest|do not show me|dont want|do not want|didnt like|did not like|dont like|do not like|didnt enjoy|did not enjoy|couldnt stand|cant stand|never liked|unlike|not counting|not including|no more) $/;
/** These say no where an anchor's words follow: `didn't like Heat`, `nothing like Up`. */
const REFUSED =
  /(?:^| )(?:didnt|did not|dont|do not|doesnt|does not|never|not|nothing|isnt|wasnt|hardly|nobody|without anything|no more|not too|cant say i) (?:really |particularly |much |at all |so |that |to be |anything |something |quite |very |too |even )*(?:like|likes|liked|love|loved|enjoy|enjoyed|similar to|into|fan of|a fan of|fond of|another|more) $/;
const REFUSED_LOOSELY = /(?:^| )(?:nothing|not|never) (?:like|similar to) $/;

/** What the words before `i` make of a title that begins there, and how many of them say so. */
export function cueBefore(
  reading: Reading,
  i: number,
): { role: 'anchor' | 'unwanted'; words: number } | undefined {
  const before = reading.before(i, 7).replace(/\| $/, '');
  if (before.endsWith('| ')) return undefined;
  const cue = (found: RegExpExecArray, role: 'anchor' | 'unwanted') => ({
    role,
    words: found[0].trim().split(' ').length,
  });
  const refused = REFUSED.exec(before) ?? REFUSED_LOOSELY.exec(before);
  if (refused !== null) return cue(refused, 'unwanted');
  // "I would like ...", "I'd love to": a wish, not a likeness.
  if (
    /(?:would|id|wed|should|youd|hed|shed|theyd) (?:really |also |just )*(?:like|love|enjoy) $/.test(before)
  )
    return undefined;
  const seen = SEEN.exec(before);
  if (seen !== null) return cue(seen, 'unwanted');
  const likeness = LIKENESS.exec(before);
  return likeness === null ? undefined : cue(likeness, 'anchor');
}
