/** What does the engine serve from? A snapshot, opened only if every byte is the one that was written. */

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { TextIndex } from '../catalog/text-index/text-index.ts';
import { SluiceError, unexpected } from '../errors.ts';
import { probeAddon } from '../vectors/addon.ts';
import { catalogOf, requireRows, tensorOf } from './catalog-file.ts';
import { readHashed } from './hashed-file.ts';
import { parseSafetensors, type Safetensors } from './safetensors.ts';
import { parseManifest, type SnapshotManifest, TEXT_INDEX_FILE } from './snapshot-manifest.ts';

const CATALOG = 'catalog.safetensors';
const ITEMS = 'items.safetensors';

/** A snapshot in memory; arrays are views of the files' bytes and must not be changed. */
export interface Snapshot {
  readonly path: string;
  readonly hash: string;
  readonly manifest: SnapshotManifest;
  readonly catalog: Catalog;
  readonly items: {
    readonly dimension: number;
    /** `catalog.size x dimension`, row-major. */
    readonly factors: Float32Array;
    /** `dimension x dimension`: sum over items of f f'. */
    readonly gram: Float64Array;
    /** Positives of each catalogue row. */
    readonly popularity: Uint32Array;
    /** Where `factors` lie on the disk, for a backend that maps them: with `dimension` and `rows` a `MatrixSource`. */
    readonly factorsRegion: { readonly path: string; readonly byteOffset: number };
  };
  readonly users: {
    /** User numbers, ascending. */
    readonly numbers: Uint32Array;
    /** `numbers.length x dimension`, row-major. */
    readonly factors: Float32Array;
    /** Catalogue rows that each user has a history with: user row u's are `rows[offsets[u] .. offsets[u + 1])`. */
    readonly history: { readonly offsets: Uint32Array; readonly rows: Uint32Array };
  };
  /** The row of a user number in `users`, or undefined for one that was not trained on. Cost: a binary search. */
  userRow(number: number): number | undefined;
  /**
   * The text index over the catalogue, the same one whenever it is asked for; whoever closes it closes it for all.
   *
   * Cost, at the first call: the file of the snapshot is mapped into memory and checked, some 0.1 s for a million items.
   * Where the snapshot has none (written by an older version, or without the addon) or no addon loads, it is built from
   * the catalogue, some 25 s for a million items.
   *
   * @throws ERR_SLUICE_NATIVE_REQUIRED where no addon loads and the catalogue is too large for minisearch;
   * ERR_SLUICE_SNAPSHOT_DAMAGED.
   */
  textIndex(): Promise<TextIndex>;
}

/**
 * Opens a snapshot directory: reads every file once, and checks its size, its sha256 and its structure.
 *
 * Cost: about 1.3 s per GB from the page cache, nearly all of it the sha256, and its size in memory, but for the text
 * index, which {@link Snapshot.textIndex} maps when it is first asked for.
 *
 * @throws ERR_SLUICE_SNAPSHOT_NOT_FOUND where there is none, ERR_SLUICE_SNAPSHOT_DAMAGED naming the file and what is
 * wrong with it, ERR_SLUICE_SNAPSHOT_TOO_NEW for a later format.
 * @example
 * ```ts
 * const snapshot = await openSnapshot('snapshots/2026-01-31');
 * snapshot.catalog.idOf(0);
 * ```
 */
export async function openSnapshot(directory: string): Promise<Snapshot> {
  const path = resolve(directory);
  const manifest = await readManifest(path);
  const files = new Map<string, Safetensors>();
  for (const name of Object.keys(manifest.files)) {
    const bytes = await readVerified(path, name, manifest);
    if (name.endsWith('.safetensors')) files.set(name, parseSafetensors(bytes, join(path, name)));
  }
  const catalog = within(path, files, CATALOG, catalogOf);
  const items = within(path, files, ITEMS, (file) => itemsOf(file, catalog, path));
  const users = within(path, files, 'users.safetensors', (file) => usersOf(file, catalog, items.dimension));
  let text: Promise<TextIndex> | undefined;
  return {
    path,
    hash: manifest.hash,
    manifest,
    catalog,
    items,
    users,
    userRow: (number) => find(users.numbers, number),
    textIndex: () => {
      text ??= openText(path, manifest, catalog);
      return text;
    },
  };
}

async function openText(path: string, manifest: SnapshotManifest, catalog: Catalog): Promise<TextIndex> {
  const { files, textFields: fields } = manifest;
  if (!Object.hasOwn(files, TEXT_INDEX_FILE) || !probeAddon().ok) return TextIndex.build(catalog, { fields });
  const index = await TextIndex.open(join(path, TEXT_INDEX_FILE)).catch((cause: unknown) => {
    if (SluiceError.is(cause, 'ERR_SLUICE_INDEX_TOO_NEW')) throw cause;
    throw damaged(path, TEXT_INDEX_FILE, cause instanceof Error ? cause.message : String(cause), cause);
  });
  if (index.size === catalog.size) return index;
  index.close();
  throw damaged(path, TEXT_INDEX_FILE, `it is of ${index.size} items instead of ${catalog.size}`);
}

/**
 * Opens only the catalogue of a snapshot: what row numbers of an old decision stand for.
 *
 * @param hash the snapshot that is meant; another one at the path is refused.
 * @throws as {@link openSnapshot}.
 */
export async function openCatalog(directory: string, hash: string): Promise<Catalog> {
  const path = resolve(directory);
  return within(path, await readParts(path, hash, [CATALOG]), CATALOG, catalogOf);
}

/**
 * Opens the catalogue of a snapshot and the vectors of its items.
 *
 * @param hash the snapshot that is meant; another one at the path is refused.
 * @throws as {@link openSnapshot}.
 */
export async function openItems(
  directory: string,
  hash: string,
): Promise<Pick<Snapshot, 'catalog' | 'items'>> {
  const path = resolve(directory);
  const files = await readParts(path, hash, [CATALOG, ITEMS]);
  const catalog = within(path, files, CATALOG, catalogOf);
  return { catalog, items: within(path, files, ITEMS, (file) => itemsOf(file, catalog, path)) };
}

async function readParts(
  path: string,
  hash: string,
  names: readonly string[],
): Promise<Map<string, Safetensors>> {
  const manifest = await readManifest(path);
  if (manifest.hash !== hash)
    throw damaged(path, 'manifest.json', `it is of snapshot ${manifest.hash}, not ${hash}`);
  const files = new Map<string, Safetensors>();
  for (const name of names) {
    files.set(name, parseSafetensors(await readVerified(path, name, manifest), join(path, name)));
  }
  return files;
}

async function readManifest(path: string): Promise<SnapshotManifest> {
  const manifestPath = join(path, 'manifest.json');
  const text = await readFile(manifestPath, 'utf8').catch((cause: unknown) => {
    throw new SluiceError(
      'ERR_SLUICE_SNAPSHOT_NOT_FOUND',
      `Expected a snapshot at ${path} but it has no manifest.json`,
      { cause, details: { path } },
    );
  });
  return parseManifest(text, manifestPath);
}

async function readVerified(path: string, name: string, { files }: SnapshotManifest): Promise<Uint8Array> {
  const expected = files[name];
  const read = await readHashed(join(path, name), expected.bytes).catch((cause: unknown) => {
    throw damaged(
      path,
      name,
      `it cannot be read: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
      cause,
    );
  });
  if (read.bytes === undefined)
    throw damaged(path, name, `it has ${read.actual} bytes instead of ${expected.bytes}`);
  if (read.digest.sha256 !== expected.sha256)
    throw damaged(path, name, 'its sha256 is another than when it was written');
  return read.bytes;
}

/** Reads a part of a snapshot; whatever it finds wrong is damage of that file. */
function within<T>(
  path: string,
  files: Map<string, Safetensors>,
  name: string,
  read: (file: Safetensors) => T,
): T {
  const file = files.get(name);
  if (file === undefined) throw damaged(path, name, 'the manifest does not list it');
  try {
    return read(file);
  } catch (cause) {
    throw damaged(path, name, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(path: string, file: string, reason: string, cause?: unknown): SluiceError {
  return new SluiceError(
    'ERR_SLUICE_SNAPSHOT_DAMAGED',
    `Expected a whole snapshot at ${path} but ${file}: ${reason}`,
    {
      cause,
      details: { path, file, reason },
    },
  );
}

function itemsOf({ tensors }: Safetensors, catalog: Catalog, path: string): Snapshot['items'] {
  const factors = tensorOf(tensors, 'factors', Float32Array);
  const { shape, byteOffset } = tensors.get('factors')!;
  const gram = tensorOf(tensors, 'gram', Float64Array);
  const popularity = tensorOf(tensors, 'popularity', Uint32Array);
  const [rows, dimension] = shape;
  if (shape.length !== 2 || rows !== catalog.size)
    throw unexpected(`${catalog.size} rows`, 'factors', shape.join(' x '));
  if (gram.length !== dimension * dimension)
    throw unexpected(`${dimension} x ${dimension} values`, 'gram', gram);
  if (popularity.length !== rows) throw unexpected(`${rows} values`, 'popularity', popularity);
  return {
    dimension,
    factors,
    gram,
    popularity,
    factorsRegion: { path: join(path, ITEMS), byteOffset },
  };
}

function usersOf({ tensors }: Safetensors, catalog: Catalog, dimension: number): Snapshot['users'] {
  const numbers = tensorOf(tensors, 'numbers', Uint32Array);
  const factors = tensorOf(tensors, 'factors', Float32Array);
  const offsets = tensorOf(tensors, 'history.offsets', Uint32Array);
  const rows = tensorOf(tensors, 'history.rows', Uint32Array);
  if (factors.length !== numbers.length * dimension)
    throw unexpected(`${numbers.length} x ${dimension} values`, 'factors', factors);
  if (offsets.length !== numbers.length + 1)
    throw unexpected(`${numbers.length + 1} values`, 'history.offsets', offsets);
  requireRows(offsets, rows, catalog.size, 'history');
  for (let u = 1; u < numbers.length; u++) {
    if (numbers[u] <= numbers[u - 1]) throw unexpected('ascending, distinct', 'numbers', numbers[u]);
  }
  return { numbers, factors, history: { offsets, rows } };
}

function find(sorted: Uint32Array, number: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && sorted[low] === number ? low : undefined;
}
