/** Which files does a suite run on? Generated ones, kept in bench/.cache, or the caller's. */

import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError, invalidArgument } from '../error.mjs';
import { say } from '../run/say.mjs';
import { Catalogue } from './catalogue.mjs';
import { openNpy, writeNpy } from './npy.mjs';

/** Where generated files and truths are kept; to be deleted at will. */
export const cache =
  process.env['SLUICE_BENCH_CACHE'] ?? fileURLToPath(new URL('../.cache', import.meta.url));

/** Queries in a generated file: those measured and those that calibrate. */
const QUERIES = 1024;

/**
 * @typedef {object} Dataset
 * @property {string} name
 * @property {import('./npy.mjs').NpyFile} base
 * @property {import('./npy.mjs').NpyFile} queries
 */

/**
 * The data set of the options: the caller's files, or generated ones, made where they are not there yet.
 * @param {{ base?: string, queries?: string, n: number, dim: number, data: import('./catalogue.mjs').Shape, seed: number }} options
 * @returns {Dataset}
 */
export function dataset({ base, queries, n, dim, data, seed }) {
  if (base === undefined && queries === undefined) return generated(data, n, dim, seed);
  if (base === undefined || queries === undefined)
    throw invalidArgument('Expected --base and --queries together');
  const files = { name: resolve(base), base: openNpy(resolve(base)), queries: openNpy(resolve(queries)) };
  if (files.base.dimension !== files.queries.dimension) {
    throw new BenchError(
      'ERR_SLUICE_DIMENSION_MISMATCH',
      `Expected queries of dimension ${files.base.dimension} but received ${files.queries.dimension}`,
      'Give queries of the same dimension as the base.',
    );
  }
  return files;
}

/** @param {import('./catalogue.mjs').Shape} shape @param {number} rows @param {number} dimension @param {number} seed */
function generated(shape, rows, dimension, seed) {
  mkdirSync(cache, { recursive: true });
  const name = `${shape}-${rows}x${dimension}-seed${seed}`;
  const base = join(cache, `${name}.npy`);
  const queries = join(cache, `${name}-queries.npy`);
  if (!existsSync(base) || !existsSync(queries)) {
    say(`Generating ${name} (${Math.ceil((rows * dimension * 4) / 1e6)} MB)`);
    const catalogue = new Catalogue({ shape, rows, dimension, seed });
    whole(base, { rows, dimension }, (block, first) => catalogue.fillRows(block, first));
    whole(queries, { rows: QUERIES, dimension }, (block) => catalogue.fillQueries(block));
  }
  return { name, base: openNpy(base), queries: openNpy(queries) };
}

/** Writes aside and renames, so that a file that is there is whole. */
function whole(path, shape, fill) {
  const aside = `${path}.${process.pid}`;
  writeNpy(aside, shape, fill);
  renameSync(aside, path);
}

/** Tells files apart whose content differs. @param {import('./npy.mjs').NpyFile} file */
export function stamp({ path }) {
  const { size, mtimeMs } = statSync(path);
  return `${path}:${size}:${mtimeMs}`;
}
