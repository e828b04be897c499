/** How is one engine run by itself? In a process of its own, whose memory is given back when it ends. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const child = fileURLToPath(new URL('./child.mjs', import.meta.url));

/** Variables by which libraries choose their number of threads. @param {number} threads */
export const threadVariables = (threads) => ({
  SLUICE_THREADS: `${threads}`,
  OMP_NUM_THREADS: `${threads}`,
});

/**
 * Runs a command with the job as its last argument. It writes JSON lines to descriptor 3.
 * @param {string[]} command
 * @param {object} job
 * @param {Record<string, string>} env
 * @returns {Promise<any[]>} what it told
 */
export function runCommand([program, ...args], job, env) {
  return new Promise((resolve, reject) => {
    const running = spawn(program, [...args, JSON.stringify(job)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let told = '';
    let complaint = '';
    running.stdio[3]?.on('data', (text) => {
      told += text;
    });
    running.stderr?.on('data', (text) => {
      complaint = `${complaint}${text}`.slice(-4000);
    });
    running.on('error', reject);
    running.on('close', (status, signal) => {
      if (status === 0)
        resolve(
          told
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line)),
        );
      else reject(new Error(complaintOf(complaint) || `it ended with ${signal ?? status}`));
    });
  });
}

/** The line that says what was wrong, of what a process wrote on standard error. @param {string} text */
function complaintOf(text) {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => /^\w*Error\b.*: /.test(line)).at(-1) ?? lines.filter(Boolean).at(-1) ?? '';
}

/** Runs an engine of bench/engines. @param {import('./child.mjs').Job} job @param {Record<string, string>} env */
export function runEngine(job, env = {}) {
  const memory = '--max-old-space-size=1024';
  return runCommand([process.execPath, '--expose-gc', memory, child], job, {
    ...threadVariables(job.threads),
    ...env,
  });
}
