/** What did a cheap and an expensive model answer? Files of recorded outcomes: prompt, right?, right?, text, text. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { sluice } from '../engines/library.mjs';

/**
 * @typedef {object} RecordedOutcomes
 * @property {string[]} prompts
 * @property {Float64Array} gains expensive right less cheap right: -1, 0 or 1
 * @property {Float64Array} costs what asking the expensive model costs more: characters of prompt and answer, weighted
 */

/** The fields of a CSV file (RFC 4180), row by row; quoted fields may hold line ends. @param {string} text */
export function* csvRows(text) {
  /** @type {string[]} */
  let row = [];
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; ) {
    let field = '';
    if (text[at] === '"') {
      for (at++; ; at += 2) {
        const end = text.indexOf('"', at);
        field += text.slice(at, end < 0 ? text.length : end);
        at = end < 0 ? text.length : end + 1;
        if (text[at] !== '"') break;
        field += '"';
        at--;
      }
    }
    let end = at;
    while (end < text.length && text[end] !== ',' && text[end] !== '\n') end++;
    field += text.slice(at, end).replace(/\r$/, '');
    row.push(field);
    if (text[end] !== ',') {
      if (row.length > 1 || row[0] !== '') yield row;
      row = [];
    } else if (end + 1 === text.length) {
      row.push('');
      yield row;
    }
    at = end + 1;
  }
}
