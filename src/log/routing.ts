/** Was reasoning bought for a decision, and why? What a router decided, kept so that it can learn from what came of it. */

import { unexpected } from '../errors.ts';
import type { RecordReader, RecordWriter } from './codec.ts';
import { checkText } from './event-check.ts';

/** What a router decided for one purpose of one request. */
export interface RoutingRecord {
  /** What would be bought: `plan`, `rerank`, ... */
  readonly purpose: string;
  readonly bought: boolean;
  /** From the router's closed list. */
  readonly reason: string;
  /** P(this decision | features, state of the router), in (0, 1]. */
  readonly propensity: number;
  /** Versions of the model of the gain and of the prices. */
  readonly version: string;
  /** What the decision was made from; finite. */
  readonly features: Float64Array;
  /** Predicted gain and its bounds. */
  readonly gain: { readonly mean: number; readonly low: number; readonly high: number };
  /** Price of a nano-dollar in units of value. */
  readonly lambda: number;
  /** Integer nano-dollars that the purchase was expected to cost; null where no price was known. */
  readonly expectedCost: number | null;
  /** Integer nano-dollars that it cost; 0 where nothing was bought. */
  readonly cost: number;
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT naming the field. @internal */
export function checkRouting(routing: RoutingRecord): void {
  const { purpose, reason, propensity, version, features, gain, lambda, expectedCost, cost } = routing;
  checkText(purpose, 'routing.purpose', 64);
  checkText(reason, 'routing.reason', 64);
  checkText(version, 'routing.version', 256);
  if (!(propensity > 0 && propensity <= 1))
    throw unexpected('a probability in (0, 1]', 'routing.propensity', propensity);
  if (!(features instanceof Float64Array && features.every(Number.isFinite)))
    throw unexpected('a Float64Array of finite numbers', 'routing.features', features);
  for (const value of [gain.mean, gain.low, gain.high, lambda]) {
    if (!Number.isFinite(value)) throw unexpected('finite numbers', 'routing.gain and lambda', value);
  }
  for (const money of [expectedCost ?? 0, cost]) {
    if (!(Number.isSafeInteger(money) && money >= 0))
      throw unexpected('a whole number of nano-dollars', 'routing.cost', money);
  }
}

/** Writes one. @internal */
export function writeRouting(writer: RecordWriter, routing: RoutingRecord): void {
  const { gain, expectedCost } = routing;
  writer
    .text(routing.purpose)
    .byte(routing.bought ? 1 : 0)
    .text(routing.reason)
    .number(routing.propensity)
    .text(routing.version)
    .float64s(routing.features)
    .number(gain.mean)
    .number(gain.low)
    .number(gain.high)
    .number(routing.lambda)
    .byte(expectedCost === null ? 0 : 1)
    .count(expectedCost ?? 0)
    .count(routing.cost);
}

/** Reads one. @internal */
export function readRouting(reader: RecordReader): RoutingRecord {
  const purpose = reader.text();
  const bought = reader.byte() === 1;
  const reason = reader.text();
  const propensity = reader.number();
  const version = reader.text();
  const features = reader.float64s();
  const gain = { mean: reader.number(), low: reader.number(), high: reader.number() };
  const lambda = reader.number();
  const known = reader.byte() === 1;
  const expected = reader.count();
  return {
    purpose,
    bought,
    reason,
    propensity,
    version,
    features,
    gain,
    lambda,
    expectedCost: known ? expected : null,
    cost: reader.count(),
  };
}
