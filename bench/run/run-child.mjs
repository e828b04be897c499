/** How is one engine run by itself? In a process of its own, whose memory is given back when it ends. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../error.mjs';
import { python } from './rivals.mjs';

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Runs a command with the job as its last argument. It writes JSON lines to descriptor 3.
 * @param {string[]} command
 * @param {object} job
 * @param {Record<string, string>} env
 * @returns {Promise<{ told: any[], error?: Error }>} what it told before it ended or failed
 */
export function runCommand([program, ...args], job, env) {
  return new Promise((resolve, reject) => {
    const running = spawn(program, [...args, JSON.stringify(job)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let lines = '';
    let complaint = '';
    running.stdio[3]?.on('data', (text) => {
      lines += text;
    });
    running.stderr?.on('data', (text) => {
      complaint = `${complaint}${text}`.slice(-4000);
    });
    running.on('error', reject);
    running.on('close', (status, signal) => {
      const all = lines
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      const told = all.filter(({ error }) => error === undefined);
      const thrown = all.find(({ error }) => error !== undefined)?.error;
      if (thrown !== undefined)
        resolve({ told, error: new BenchError(thrown.code, thrown.message, thrown.remedy) });
      else if (status === 0) resolve({ told });
      else resolve({ told, error: new Error(complaintOf(complaint) || `it ended with ${signal ?? status}`) });
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
  const threads = `${job.threads}`;
  const command =
    job.engine === 'faiss'
      ? [python, file('../engines/measure_faiss.py')]
      : [process.execPath, '--max-old-space-size=1024', file('./child.mjs')];
  // Its ONNX Runtime and TensorFlow.js are the rivals'.
  const modules = file('..');
  return runCommand(command, job, {
    ...{ SLUICE_THREADS: threads, OMP_NUM_THREADS: threads, SLUICE_MODULES: modules },
    ...env,
  });
}
