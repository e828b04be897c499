/** How is text of unknown origin made fit for a prompt or a line on a screen? Plain, on one line, short. */

const encoder = new TextEncoder();

/** Control, format, private and unassigned characters, and all that is not seen: bidi, zero-width, tags, selectors. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;

/** What markup is made of, and what makes text a link. */
const MARKUP = /:\/\/|[<>[\]{}`*_#|\\~]/g;

/**
 * The text in compatibility form (NFKC), without characters that are not seen, its white space as single spaces, cut
 * between characters at `maxBytes` of UTF-8. Cost: microseconds, whatever the length.
 *
 * @param maxBytes from 0
 */
export function cleanText(text: string, maxBytes: number): string {
  const seen = text
    .slice(0, 8 * maxBytes)
    .normalize('NFKC')
    .replace(/\s+/gu, ' ')
    .replace(UNSEEN, '')
    // What stood apart may now combine.
    .normalize('NFKC')
    .replace(/ {2,}/g, ' ')
    .trim();
  const bytes = encoder.encodeInto(seen, new Uint8Array(maxBytes));
  return seen.slice(0, bytes.read).trimEnd();
}

/** The same without the characters of HTML, Markdown and links, for people to read. */
export function plainText(text: string, maxBytes: number): string {
  return cleanText(
    text
      .slice(0, 8 * maxBytes)
      .normalize('NFKC')
      .replace(MARKUP, ' '),
    maxBytes,
  );
}
