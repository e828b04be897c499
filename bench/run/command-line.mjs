/** What does the command line answer? One JSON object of a process of its own. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../error.mjs';

const main = fileURLToPath(new URL('../../dist/js/main.js', import.meta.url));

/** @param {readonly string[]} args with `--json` among them @returns {Promise<any>} */
export const runTold = (args) =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [main, ...args], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) return resolve(JSON.parse(stdout));
      process.stderr.write(stderr);
      const told = stdout.startsWith('{') ? JSON.parse(stdout).error : undefined;
      reject(told === undefined ? error : new BenchError(told.code, told.message, told.remedy));
    });
  });
