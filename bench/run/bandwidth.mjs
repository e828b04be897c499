/** How fast can this machine read memory? By the addon's own loop over as many bytes as the matrix has, or more. */

import { readdirSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-child.mjs';

/** Fewer bytes would stay in the caches. */
const LEAST_BYTES = 2 ** 28;

const self = fileURLToPath(import.meta.url);

/**
 * The best of several passes in GB/s (1e9 bytes a second); null where no addon loads.
 * @param {number} bytes
 * @param {number} threads
 */
export async function measureBandwidth(bytes, threads) {
  const job = { bytes: Math.max(bytes, LEAST_BYTES), threads };
  const { told } = await runCommand([process.execPath, self], job, {});
  return /** @type {number | null} */ (told[0]?.gigabytesPerSecond ?? null);
}

if (process.argv[1] === self) {
  const { bytes, threads } = JSON.parse(process.argv[2]);
  const folder = fileURLToPath(new URL('../../prebuilt/', import.meta.url));
  const addon = readdirSync(folder).find((name) => name.endsWith('.node'));
  const { readBandwidth } = createRequire(import.meta.url)(`${folder}${addon}`);
  writeSync(3, `${JSON.stringify({ gigabytesPerSecond: readBandwidth(bytes, threads) })}\n`);
}
