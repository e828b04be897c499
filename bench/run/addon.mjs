/** What does the addon know of this machine's speed? Asked in a process of its own, whose memory is given back. */

import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadAddon } from '../engines/addon.mjs';
import { runCommand } from './run-child.mjs';

/** Fewer bytes would stay in the caches. */
const LEAST_BYTES = 2 ** 28;

const self = fileURLToPath(import.meta.url);

/** What a function of the addon returns; null where no addon loads. @param {string} name @param {number[]} args */
async function ask(name, args) {
  const { told } = await runCommand([process.execPath, self], { name, args }, {});
  return told[0]?.answer ?? null;
}

/**
 * The best of several passes over `bytes`, or more, in GB/s (1e9 bytes a second).
 * @param {number} bytes
 * @param {number} threads
 * @returns {Promise<number | null>}
 */
export const readBandwidth = (bytes, threads) =>
  ask('readBandwidth', [Math.max(bytes, LEAST_BYTES), threads]);

/**
 * Each kernel by itself, of every instruction set of this machine, on one thread.
 * @param {number} rows
 * @param {number} dimension
 * @returns {Promise<{ kernel: string, isa: string, nsPerRow: number, bytesPerRow: number }[] | null>}
 */
export const kernelSpeeds = (rows, dimension) => ask('kernelSpeeds', [rows, dimension]);

if (process.argv[1] === self) {
  const { name, args } = JSON.parse(process.argv[2]);
  writeSync(3, `${JSON.stringify({ answer: loadAddon()[name](...args) })}\n`);
}
