/** Do predicted gains come true? The expected calibration error over bins of equal mass. */

import { unexpected } from '../../../errors.ts';

/**
 * Mean over bins of |mean prediction - mean outcome|, each bin weighted by its share of the requests (ECE; Naeini,
 * Cooper, Hauskrecht 2015), the bins being equal shares of the requests in order of prediction.
 *
 * With `n` requests an honest prediction still shows about 0.8 deviation / sqrt(n / bins).
 *
 * @param predictions expected gains. @param outcomes realised gains, as many.
 * @param bins at most as many as requests. @default 10
 * @throws ERR_SLUICE_INVALID_ARGUMENT for lengths that differ or too few requests.
 * @example
 * ```ts
 * expectedCalibrationError([0.1, 0.1, 0.9, 0.9], [0, 0, 1, 0], 2); // 0.25
 * ```
 */
export function expectedCalibrationError(
  predictions: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  bins = 10,
): number {
  const n = predictions.length;
  if (outcomes.length !== n) throw unexpected(`${n} outcomes`, 'outcomes', outcomes.length);
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= n))
    throw unexpected(`a whole number from 1 to ${n}`, 'bins', bins);
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => predictions[a] - predictions[b] || a - b,
  );
  let error = 0;
  for (let bin = 0; bin < bins; bin++) {
    let difference = 0;
    for (let at = Math.floor((bin * n) / bins); at < Math.floor(((bin + 1) * n) / bins); at++) {
      difference += predictions[order[at]] - outcomes[order[at]];
    }
    error += Math.abs(difference) / n;
  }
  return error;
}
