/** What did a cheap and an expensive model answer? Files of recorded outcomes: prompt, right?, right?, text, text. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { BenchError } from '../error.mjs';

/** What the first three columns hold; their names are the file's own. */
const COLUMNS = 'a prompt, whether the cheap answer is right, and whether the expensive one is';

/** The fields of a CSV file (RFC 4180), row by row; quoted fields may hold line ends. @param {string} text */
export function* csvRows(text) {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  /** @type {string[]} */
  let row = [];
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; ) {
    field.lastIndex = at;
    const match = field.exec(text);
    if (match === null) throw new SyntaxError(`a stray quote at character ${at}`);
    const [whole, quoted, plain, end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += whole.length;
    if (end === ',' && at < text.length) continue;
    if (end === ',') row.push('');
    yield row;
    row = [];
  }
}

/**
 * The outcomes of a file, gzip or not, with a header. Every call costs 1: the curve is over calls, as recorded outcomes are
 * commonly reported. Whether an answer is right stands as True or False, in any case, or 1 or 0.
 *
 * @param {string} path
 * @returns {{ prompt: string, gain: number, cost: number }[]}
 */
export function readRecordedOutcomes(path) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new BenchError(
      'ERR_SLUICE_DATA_NOT_FOUND',
      `Expected a readable file at ${path}`,
      'Check the path.',
    );
  }
  /** @type {string[][]} */
  let rows;
  try {
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    rows = [...csvRows((zipped ? gunzipSync(bytes) : bytes).toString('utf8'))];
  } catch (error) {
    throw invalid(path, `it is damaged: ${/** @type {Error} */ (error).message}`);
  }
  const [header, ...records] = rows;
  if ((header?.length ?? 0) < 3) throw invalid(path, `its header has ${header?.length ?? 0} columns`);
  return records.map((record, i) => {
    if (record.length !== header.length)
      throw invalid(path, `record ${i + 1} has ${record.length} of ${header.length} fields`);
    const [cheap, expensive] = [record[1], record[2]].map((text) => rightOrWrong(text));
    if (cheap === null || expensive === null)
      throw invalid(path, `record ${i + 1} says ${record[1]} and ${record[2]}`);
    return { prompt: record[0], gain: expensive - cheap, cost: 1 };
  });
}

/** @param {string} text */
function rightOrWrong(text) {
  if (/^(true|1|1\.0)$/i.test(text.trim())) return 1;
  return /^(false|0|0\.0)$/i.test(text.trim()) ? 0 : null;
}

/** @param {string} path @param {string} received */
function invalid(path, received) {
  return new BenchError(
    'ERR_SLUICE_DATA_INVALID',
    `Expected ${COLUMNS} in the first columns of ${path} but ${received}`,
    'Give the file these columns, with a header.',
  );
}
