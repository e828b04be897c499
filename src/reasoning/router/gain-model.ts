/** How much better would the answer be if reasoning were bought? A linear score, and the curve that calibrates it. */

import { SluiceError, unexpected } from '../../errors.ts';
import { textWords } from '../../numerics/random.ts';
import { ROUTE_FEATURES } from './features.ts';
import { type Gain, type GainCurve, gainAt } from './gain-curve.ts';
import { BUCKETS, KINDS, nGrams } from './n-grams.ts';

/** The part of a score that comes from the words of the request. */
export interface TextScore {
  /** Inverse document frequency of each bucket, kind by kind. */
  readonly rarity: Float32Array;
  /** What one n-gram of the bucket adds, before division by the length of the text's vector. */
  readonly weights: Float32Array;
}

/** What a {@link GainModel} is made of. */
export interface GainModelParts {
  readonly intercept: number;
  /** One weight for each of {@link ROUTE_FEATURES}. */
  readonly weights: Float64Array;
  /** Null where words add nothing. */
  readonly text: TextScore | null;
  readonly curve: GainCurve;
  /** Outcomes that it was fitted to. */
  readonly outcomes: number;
}

/** Version of the JSON form. */
const FORMAT = 1;

/**
 * Predicts the gain of a request; made by `fitGain`, or by {@link GainModel.prior} before there are outcomes.
 *
 * @example
 * ```ts
 * const gain = GainModel.prior().predict(new Float64Array(ROUTE_FEATURES.length), '');
 * gain.low; // -1
 * ```
 */
export class GainModel {
  /** Names the model in decisions: `prior`, or a hash of everything in it. */
  readonly version: string;
  /** Outcomes that it was fitted to. */
  readonly outcomes: number;
  readonly #parts: GainModelParts;

  /** @internal Use `fitGain`, {@link GainModel.prior} or {@link GainModel.fromJSON}. */
  constructor(parts: GainModelParts) {
    this.#parts = parts;
    this.outcomes = parts.outcomes;
    const { lows, highs } = parts.curve;
    const knowsNothing = parts.outcomes === 0 && lows[0] === -1 && highs[0] === 1;
    this.version = knowsNothing ? 'prior' : hashOf(JSON.stringify(contents(parts)));
  }

  /**
   * The model before there are outcomes: the same gain for every request. Without an assumption it may be anything in
   * [-1, 1], so that a router buys by exploration only.
   *
   * @param assumed what the caller takes the gain of any request to be, -1 <= low <= mean <= high <= 1.
   * @throws ERR_SLUICE_INVALID_ARGUMENT for bounds in another order or range.
   */
  static prior(assumed: Gain = { mean: 0, low: -1, high: 1 }): GainModel {
    const { mean, low, high } = assumed ?? {};
    if (!(low >= -1 && low <= mean && mean <= high && high <= 1))
      throw unexpected('-1 <= low <= mean <= high <= 1', 'assumed', assumed);
    return new GainModel({
      intercept: 0,
      weights: new Float64Array(ROUTE_FEATURES.length),
      text: null,
      curve: { scores: [0], means: [mean], lows: [low], highs: [high] },
      outcomes: 0,
    });
  }

  /** Before calibration: a number that only orders requests. */
  score(features: Float64Array, text: string): number {
    const { intercept, weights, text: words } = this.#parts;
    if (features.length !== weights.length) {
      throw unexpected(`${weights.length} values`, 'features', features, 'ERR_SLUICE_DIMENSION_MISMATCH');
    }
    let score = intercept;
    for (let i = 0; i < weights.length; i++) score += weights[i] * features[i];
    return words === null ? score : score + textScore(words, text);
  }

  /**
   * The gain to expect of a request. Pure; about 2 microseconds for a sentence.
   *
   * @param features of `routeFeatures`. @param text the request in words.
   * @throws ERR_SLUICE_DIMENSION_MISMATCH for another number of features.
   */
  predict(features: Float64Array, text: string): Gain {
    return gainAt(this.#parts.curve, this.score(features, text));
  }

  /** The model as a JSON value, to be kept and reviewed. */
  toJSON(): Readonly<Record<string, unknown>> {
    return { format: FORMAT, version: this.version, ...contents(this.#parts) };
  }

  /**
   * The model that {@link GainModel.toJSON} told.
   *
   * @throws ERR_SLUICE_DATA_INVALID for anything else: another format or features, missing or damaged parts.
   */
  static fromJSON(json: unknown): GainModel {
    const model = readModel(json);
    const { version } = json as { version: unknown };
    if (model.version !== version) throw invalid(`the version ${model.version}`, 'version', version);
    return model;
  }
}

/** The text's part of a score: tf-idf of each kind of n-gram, divided by its length, times the weights. */
function textScore({ rarity, weights }: TextScore, text: string): number {
  const { words, pairs } = nGrams(text);
  return kindScore(words, 0, rarity, weights) + kindScore(pairs, BUCKETS, rarity, weights);
}

function kindScore(grams: Uint16Array, first: number, rarity: Float32Array, weights: Float32Array): number {
  let sum = 0;
  let square = 0;
  for (let i = 0; i < grams.length; i++) {
    const at = first + grams[i];
    sum += weights[at];
    square += rarity[at] * rarity[at];
  }
  return square > 0 ? sum / Math.sqrt(square) : 0;
}

function contents({ intercept, weights, text, curve, outcomes }: GainModelParts) {
  return {
    outcomes,
    features: ROUTE_FEATURES,
    intercept,
    weights: [...weights],
    text: text === null ? null : { rarity: toBase64(text.rarity), weights: toBase64(text.weights) },
    curve,
  };
}

function readModel(json: unknown): GainModel {
  if (typeof json !== 'object' || json === null) throw invalid('an object', 'model', json);
  const { format, outcomes, features, intercept, weights, text, curve } = json as Record<string, unknown>;
  if (format !== FORMAT) throw invalid(`${FORMAT}`, 'format', format);
  if (!(Number.isSafeInteger(outcomes) && (outcomes as number) >= 0))
    throw invalid('a whole number', 'outcomes', outcomes);
  if (JSON.stringify(features) !== JSON.stringify(ROUTE_FEATURES)) {
    throw invalid(`the ${ROUTE_FEATURES.length} features of this version`, 'features', features);
  }
  if (!Number.isFinite(intercept)) throw invalid('a finite number', 'intercept', intercept);
  return new GainModel({
    outcomes: outcomes as number,
    intercept: intercept as number,
    weights: Float64Array.from(numbers('weights', weights, ROUTE_FEATURES.length)),
    text: text === null ? null : readText(text),
    curve: readCurve(curve),
  });
}

function readText(json: unknown): TextScore {
  const { rarity, weights } = (json ?? {}) as Record<string, unknown>;
  return { rarity: fromBase64('rarity', rarity), weights: fromBase64('weights', weights) };
}

function readCurve(json: unknown): GainCurve {
  const { scores, means, lows, highs } = (json ?? {}) as Record<string, unknown>;
  const knots = Array.isArray(scores) ? scores.length : 0;
  if (knots === 0) throw invalid('at least one number', 'scores', scores);
  return {
    scores: numbers('scores', scores, knots),
    means: numbers('means', means, knots),
    lows: numbers('lows', lows, knots),
    highs: numbers('highs', highs, knots),
  };
}

function numbers(name: string, value: unknown, length: number): number[] {
  if (!(Array.isArray(value) && value.length === length && value.every(Number.isFinite))) {
    throw invalid(`${length} finite numbers`, name, value);
  }
  return value;
}

function toBase64(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

function fromBase64(name: string, text: unknown): Float32Array {
  const bytes = typeof text === 'string' ? Uint8Array.from(Buffer.from(text, 'base64')) : new Uint8Array(0);
  if (bytes.length !== 4 * KINDS * BUCKETS) throw invalid(`${KINDS * BUCKETS} numbers in base64`, name, text);
  const values = new Float32Array(bytes.buffer);
  if (!values.every(Number.isFinite)) throw invalid('finite numbers', name, values);
  return values;
}

const hashOf = (text: string): string =>
  textWords(text)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');

function invalid(expected: string, name: string, received: unknown): SluiceError {
  const { message } = unexpected(expected, name, received);
  return new SluiceError('ERR_SLUICE_DATA_INVALID', message, {
    details: { name, expected },
    remedy: 'Fit the gain model again with this version, or restore the file from a copy.',
  });
}
