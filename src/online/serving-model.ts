/** What does the engine answer from right now? One open snapshot with its index, released when nobody uses it. */

import { SluiceError } from '../errors.ts';
import { type Platt, plattProbability } from '../numerics/platt.ts';
import { openSnapshot, type Snapshot } from '../offline/snapshot.ts';
import { Bitset } from '../vectors/bitset.ts';
import { Index } from '../vectors/index.ts';
import type { EngineOptions } from './engine-options.ts';
import { openWords, type Words } from './words.ts';

/** Parameters of the loss that trained the factors. */
export interface Fit {
  readonly regularization: number;
  readonly unobservedWeight: number;
  /** Items that training knew. */
  readonly knownItems: number;
}

/**
 * A snapshot being served. Requests hold it while they run; once retired it closes with the last of them.
 */
export class ServingModel {
  readonly snapshot: Snapshot;
  readonly index: Index;
  readonly curve: Platt;
  /** What the fold-in of a person needs beside the factors. */
  readonly fit: Fit;
  /** Rows that training knew. */
  readonly known: Bitset;
  /** Mean of all users' vectors: who somebody unknown is taken to be. */
  readonly meanVector: Float32Array;
  /** What requests in words need; null where none are served. */
  readonly words: Words | null;
  #holders = 0;
  #retired: (() => void) | null = null;

  private constructor(snapshot: Snapshot, index: Index, curve: Platt, fit: Fit, words: Words | null) {
    this.snapshot = snapshot;
    this.index = index;
    this.curve = curve;
    this.fit = fit;
    this.words = words;
    const { popularity } = snapshot.items;
    this.known = new Bitset(popularity.length);
    for (let row = 0; row < popularity.length; row++) if (popularity[row] > 0) this.known.add(row);
    this.meanVector = meanRow(snapshot.users.factors, snapshot.items.dimension);
  }

  /** Opens and verifies a snapshot. @throws as {@link openSnapshot}; ERR_SLUICE_BACKEND_UNAVAILABLE. */
  static async open(
    path: string,
    { backend, queryFunnel }: Pick<EngineOptions, 'backend' | 'queryFunnel'>,
  ): Promise<ServingModel> {
    const snapshot = await openSnapshot(path);
    const curve = curveOf(snapshot);
    const fit = fitOf(snapshot);
    const { dimension, factorsRegion } = snapshot.items;
    const rows = snapshot.catalog.size;
    const index = await Index.create({ ...factorsRegion, rows, dimension }, { backend });
    try {
      const words = queryFunnel === null ? null : await openWords(snapshot);
      return new ServingModel(snapshot, index, curve, fit, words);
    } catch (error) {
      index.close();
      throw error;
    }
  }

  get hash(): string {
    return this.snapshot.hash;
  }

  /** Runs a request on this model; the model stays open until it is through. */
  async use<T>(request: (model: ServingModel) => Promise<T>): Promise<T> {
    this.#holders++;
    try {
      return await request(this);
    } finally {
      this.#holders--;
      if (this.#holders === 0) this.#retired?.();
    }
  }

  /** Closes the index once no request uses it. */
  async retire(): Promise<void> {
    if (this.#holders > 0) await new Promise<void>((resolve) => (this.#retired = resolve));
    this.index.close();
    const text = this.words?.text;
    if (!(text instanceof SluiceError)) text?.close();
  }
}

function curveOf({ manifest, path }: Snapshot): Platt {
  const { calibration } = manifest.model as { calibration?: Partial<Platt> };
  const curve = { slope: Number(calibration?.slope), intercept: Number(calibration?.intercept) };
  if (!Number.isFinite(plattProbability(curve, 0))) {
    throw new SluiceError(
      'ERR_SLUICE_SNAPSHOT_DAMAGED',
      `Expected a calibration { slope, intercept } in the model of ${path} but received ${JSON.stringify(calibration)}`,
    );
  }
  return curve;
}

function fitOf({ manifest, path }: Snapshot): Fit {
  const { regularization, unobservedWeight, knownItems } = manifest.model as Partial<Fit>;
  const given = [regularization, unobservedWeight, knownItems];
  if (
    !given.every(
      (value): value is number => typeof value === 'number' && value >= 0 && Number.isFinite(value),
    )
  ) {
    throw new SluiceError(
      'ERR_SLUICE_SNAPSHOT_DAMAGED',
      `Expected regularization, unobservedWeight and knownItems in the model of ${path} but received ${given.join(', ')}`,
    );
  }
  return { regularization, unobservedWeight, knownItems } as Fit;
}

function meanRow(matrix: Float32Array, dimension: number): Float32Array {
  const sum = new Float64Array(dimension);
  const rows = matrix.length / dimension;
  for (let i = 0; i < matrix.length; i++) sum[i % dimension] += matrix[i];
  return Float32Array.from(sum, (value) => (rows === 0 ? 0 : value / rows));
}
