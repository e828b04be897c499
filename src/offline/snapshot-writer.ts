/** How does a trained model reach the engine? As an immutable directory that appears whole or not at all. */

import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { textFields as searchedFields } from '../catalog/text-index/fields.ts';
import { TextIndex } from '../catalog/text-index/text-index.ts';
import { SluiceError, unexpected } from '../errors.ts';
import { probeAddon } from '../vectors/addon.ts';
import { flushDirectory, writeAside } from '../vectors/write-aside.ts';
import { catalogTensors, requireRows } from './catalog-file.ts';
import { type FileDigest, writeHashed } from './hashed-file.ts';
import { safetensorsParts } from './safetensors.ts';
import { type DataRange, SNAPSHOT_FORMAT, sealManifest, TEXT_INDEX_FILE } from './snapshot-manifest.ts';

/** What a snapshot holds. */
export interface SnapshotContents {
  readonly catalog: Catalog;
  readonly items: {
    readonly dimension: number;
    /** `catalog.size x dimension`, row-major. */
    readonly factors: Float32Array;
    /** `dimension x dimension`: sum over items of f f', which the fold-in of a user needs. */
    readonly gram: Float64Array;
    /** Positives of each catalogue row. */
    readonly popularity: Uint32Array;
  };
  readonly users: {
    /** Random user numbers, ascending, distinct; keys of persons never enter a snapshot. */
    readonly numbers: Uint32Array;
    /** `numbers.length x dimension`, row-major. */
    readonly factors: Float32Array;
    /** Catalogue rows that each user has a history with: user u's are `rows[offsets[u] .. offsets[u + 1])`. */
    readonly history: { readonly offsets: Uint32Array; readonly rows: Uint32Array };
  };
  readonly data: DataRange;
  /** Name and parameters of the model, as JSON. */
  readonly model: Readonly<Record<string, unknown>>;
  /** What the model scored, as JSON. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** Weights of the columns to search as text, by name. @default those of `TextIndexOptions` */
  readonly textFields?: Readonly<Record<string, number>>;
  /** Milliseconds since 1970. @default now */
  readonly createdAt?: number;
}

/**
 * Writes a snapshot to `directory`, a path that is free or an empty directory.
 *
 * It is written beside, flushed file by file, and renamed: whoever looks at `directory` sees nothing or all of it, also
 * after a crash, which leaves at most a `.partial` directory beside. Of several writers to one path the first wins.
 *
 * Where the addon loads, the text index of the catalogue is built and written too: some 25 microseconds an item.
 *
 * Cost: one pass over the contents (about 1 GB/s with hashing), no copy of them in memory but of the text index.
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT when sizes or `textFields` do not fit or the path is taken: snapshots are never
 * overwritten;
 * ERR_SLUICE_STORE_FAILED when the disk refuses.
 * @example
 * ```ts
 * const { path, hash } = await writeSnapshot('snapshots/2026-01-31', contents);
 * ```
 */
export async function writeSnapshot(
  directory: string,
  contents: SnapshotContents,
): Promise<{ readonly path: string; readonly hash: string }> {
  requireSizes(contents);
  const path = resolve(directory);
  let hash = '';
  await writeAside(path, {
    what: 'a snapshot',
    async write(aside) {
      await mkdir(aside);
      hash = await writeFiles(aside, contents);
      await flushDirectory(aside);
    },
    place: (aside) =>
      rename(aside, path).catch((cause: NodeJS.ErrnoException) => {
        throw TAKEN.has(cause.code) ? taken(path, cause) : cause;
      }),
  });
  return { path, hash };
}

/** What a rename answers when something stands at its target: a directory with entries, or a file. */
const TAKEN: ReadonlySet<string | undefined> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM']);

function taken(path: string, cause: Error): SluiceError {
  return new SluiceError(
    'ERR_SLUICE_INVALID_ARGUMENT',
    `Expected a free path for directory but received ${path}, where something stands already`,
    {
      cause,
      details: { path },
      remedy: 'Write each snapshot to a path of its own; a snapshot is never overwritten.',
    },
  );
}

async function writeFiles(directory: string, contents: SnapshotContents): Promise<string> {
  const { catalog, items, users, data, model, metrics, textFields, createdAt } = contents;
  const { dimension } = items;
  const described = catalogTensors(catalog);
  const parts: Record<string, readonly Uint8Array[]> = {
    'catalog.safetensors': safetensorsParts(described.tensors, described.metadata),
    'items.safetensors': safetensorsParts({
      factors: { data: items.factors, shape: [catalog.size, dimension] },
      gram: { data: items.gram, shape: [dimension, dimension] },
      popularity: { data: items.popularity, shape: [catalog.size] },
    }),
    'users.safetensors': safetensorsParts({
      numbers: { data: users.numbers, shape: [users.numbers.length] },
      factors: { data: users.factors, shape: [users.numbers.length, dimension] },
      'history.offsets': { data: users.history.offsets, shape: [users.history.offsets.length] },
      'history.rows': { data: users.history.rows, shape: [users.history.rows.length] },
    }),
  };
  const text = await textBytes(contents);
  if (text !== undefined) parts[TEXT_INDEX_FILE] = [text];
  const files: Record<string, FileDigest> = {};
  for (const [name, bytes] of Object.entries(parts))
    files[name] = await writeHashed(join(directory, name), bytes);
  const manifest = sealManifest({
    format: SNAPSHOT_FORMAT,
    createdAt: new Date(createdAt ?? Date.now()).toISOString(),
    data,
    model,
    metrics,
    textFields,
    files,
  });
  const json = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  await writeHashed(join(directory, 'manifest.json'), [json]);
  return manifest.hash;
}

/** The text index; undefined where no addon builds one that a file can hold, or the catalogue has no text. */
async function textBytes({ catalog, textFields: fields }: SnapshotContents): Promise<Uint8Array | undefined> {
  // Named columns are checked in any case.
  if (searchedFields(catalog, fields).length === 0 || !probeAddon().ok) return undefined;
  const index = await TextIndex.build(catalog, { fields });
  try {
    return index.toBytes();
  } finally {
    index.close();
  }
}

function requireSizes({ catalog, items, users }: SnapshotContents): void {
  const { dimension } = items;
  if (!Number.isInteger(dimension) || dimension < 1)
    throw unexpected('at least 1', 'items.dimension', dimension);
  const sizes: [string, ArrayLike<number>, number][] = [
    ['items.factors', items.factors, catalog.size * dimension],
    ['items.gram', items.gram, dimension * dimension],
    ['items.popularity', items.popularity, catalog.size],
    ['users.factors', users.factors, users.numbers.length * dimension],
    ['users.history.offsets', users.history.offsets, users.numbers.length + 1],
  ];
  for (const [name, array, length] of sizes) {
    if (array.length !== length) throw unexpected(`${length} values`, name, `${array.length} values`);
  }
  for (let u = 1; u < users.numbers.length; u++) {
    if (users.numbers[u] <= users.numbers[u - 1])
      throw unexpected('ascending, distinct', 'users.numbers', users.numbers[u]);
  }
  requireRows(users.history.offsets, users.history.rows, catalog.size, 'users.history');
}
