/** Which object did the model answer? Strict JSON, or what stands in a fence or in prose. */

import { unexpected } from '../../errors.ts';

/** Longer answers are not read. */
const LONGEST_ANSWER = 65_536;

/**
 * The one JSON object of an answer: the whole text; else the content of its first code fence; else the first balanced
 * object in its prose. An object that is cut off is none, whatever whole ones it holds.
 *
 * @param text at most 65,536 characters. Cost: linear in its length.
 * @throws ERR_SLUICE_MODEL_FAILED where there is none.
 *
 * @example
 * ```ts
 * readJsonObject('Sure! {"top": ["K", "B"]}'); // { top: ['K', 'B'] }
 * ```
 */
export function readJsonObject(text: string): Record<string, unknown> {
  if (text.length <= LONGEST_ANSWER) {
    const whole = parse(text.trim());
    if (whole) return whole;
    const fenced = parse(firstFence(text));
    if (fenced) return fenced;
    const found = firstBalanced(text);
    if (found) return found;
  }
  throw unexpected('one JSON object', 'the answer of the model', text, 'ERR_SLUICE_MODEL_FAILED');
}

/** What stands in the first code fence, without its language; empty where none is closed. */
function firstFence(text: string): string {
  const start = text.indexOf('```');
  const end = start === -1 ? -1 : text.indexOf('```', start + 3);
  if (end === -1) return '';
  const content = text.slice(start + 3, end);
  return content.slice(/^[a-z]*/i.exec(content)?.[0].length).trim();
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first outermost pair of braces that holds JSON. Braces within strings do not count. */
function firstBalanced(text: string): Record<string, unknown> | undefined {
  let start = text.indexOf('{');
  while (start !== -1) {
    const end = closing(text, start);
    if (end === -1) return undefined;
    const found = parse(text.slice(start, end));
    if (found) return found;
    start = text.indexOf('{', end);
  }
  return undefined;
}

/** One past the brace that closes the one at `start`, or -1. */
function closing(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
  }
  return -1;
}
