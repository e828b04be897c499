/** What is in a snapshot? Its manifest: format, files with their hashes, data range, model, metrics. */

import { SluiceError } from '../errors.ts';
import { type FileDigest, sha256 } from './hashed-file.ts';

/** The snapshot format that this version writes, and the newest that it reads. */
export const SNAPSHOT_FORMAT = 1;

/** The name of the file of the text index, which snapshots written without the addon lack. */
export const TEXT_INDEX_FILE = 'text.index';

/** The history that a model was trained on. */
export interface DataRange {
  readonly interactions: number;
  readonly users: number;
  readonly items: number;
  /** Time of the first and the last interaction, in milliseconds since 1970; null without interactions. */
  readonly from: number | null;
  readonly to: number | null;
}

/** The content of `manifest.json`. */
export interface SnapshotManifest {
  readonly format: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly data: DataRange;
  /** Name and parameters of the model. */
  readonly model: Readonly<Record<string, unknown>>;
  /** What the model scored when it was evaluated. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** Weights of the columns searched as text; absent: those of `TextIndexOptions`. */
  readonly textFields?: Readonly<Record<string, number>>;
  /** Every other file of the directory, by name. */
  readonly files: Readonly<Record<string, FileDigest>>;
  /** sha256 of the rest of the manifest, and so of the whole snapshot; decision records refer to it. */
  readonly hash: string;
}

/** The manifest with its hash. */
export function sealManifest(manifest: Omit<SnapshotManifest, 'hash'>): SnapshotManifest {
  // Through JSON and back, so that the hash is of what a reader sees (NaN becomes null there).
  const plain = JSON.parse(JSON.stringify(manifest)) as Omit<SnapshotManifest, 'hash'>;
  return { ...plain, hash: hashOf(plain) };
}

/**
 * Reads a manifest.
 *
 * @throws ERR_SLUICE_SNAPSHOT_DAMAGED when it is no JSON, lacks a field, or does not fit its hash;
 * ERR_SLUICE_SNAPSHOT_TOO_NEW for a format after {@link SNAPSHOT_FORMAT}.
 */
export function parseManifest(text: string, path: string): SnapshotManifest {
  const damaged = (reason: string, cause?: unknown) =>
    new SluiceError('ERR_SLUICE_SNAPSHOT_DAMAGED', `Expected a manifest at ${path} but ${reason}`, {
      details: { file: 'manifest.json', path },
      cause,
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw damaged('it is not JSON', cause);
  }
  if (!isRecord(parsed)) throw damaged('it is not a JSON object');
  if (!Number.isInteger(parsed['format']) || (parsed['format'] as number) < 1)
    throw damaged('it has no format number');
  const { format, hash, ...rest } = parsed as unknown as SnapshotManifest;
  // Before all else: a newer format may hash, or name its fields, in another way.
  if (format > SNAPSHOT_FORMAT) {
    throw new SluiceError(
      'ERR_SLUICE_SNAPSHOT_TOO_NEW',
      `Expected a snapshot of format ${SNAPSHOT_FORMAT} or older at ${path} but received format ${format}`,
      { details: { format, newest: SNAPSHOT_FORMAT } },
    );
  }
  if (hash !== hashOf({ format, ...rest })) throw damaged('it does not fit its hash');
  if (!isRecord(rest.files) || !isRecord(rest.data)) throw damaged('it lacks its files or its data range');
  for (const [name, digest] of Object.entries(rest.files)) {
    // A name from a file must not lead out of the directory.
    if (!/^\w[\w.-]*$/.test(name)) throw damaged(`it names the file ${JSON.stringify(name)}`);
    if (!isRecord(digest) || !Number.isSafeInteger(digest.bytes) || (digest.bytes as number) < 0) {
      throw damaged(`it has no size of ${name}`);
    }
  }
  return { format, ...rest, hash };
}

function hashOf(manifest: Omit<SnapshotManifest, 'hash'>): string {
  return sha256().update(JSON.stringify(manifest)).digest('hex');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
