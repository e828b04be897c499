// `npm run -s uplift-table [SEEDS]`: how often heterogeneity is found in simulated e-mail trials, where there is some and
// where there is none; 100 seeds take some five minutes. With 16,000 customers the Qini coefficient of the ranking by the
// true effects is about four of its standard errors, which are the mean of bootstrapped ones.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup } from './setup.mjs';

await setup();
const main = fileURLToPath(new URL('../dist/js/main.js', import.meta.url));
const seeds = Number(process.argv[2] ?? 100);
const ROWS = 16_000;

/** Runs a command in a process of its own. */
const sluice = (...args) =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [main, ...args, '--json'], (error, stdout) => {
      error ? reject(new Error(stdout)) : resolve(JSON.parse(stdout));
    });
  });

const directory = mkdtempSync(join(tmpdir(), 'sluice-uplift-'));
const file = join(directory, 'trial.csv');
const COLUMNS = ['--treatment', 'segment', '--treated', 'Womens E-Mail', '--control', 'No E-Mail'];
const FITS = ['--outcome', 'visit', '--bases', 'ridge', '--learners', 's', '--resamples', '1'];
try {
  process.stdout.write('trial                 found of seeds   true Qini  in standard errors\n');
  for (const homogeneous of [false, true]) {
    let found = 0;
    let qini = 0;
    let error = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const options = [
        '--rows',
        String(ROWS),
        '--seed',
        String(seed),
        ...(homogeneous ? ['--homogeneous'] : []),
      ];
      const { truth } = await sluice('simulate-trial', '--out', file, ...options);
      qini += truth.qini.mean / seeds;
      error += (truth.qini.high - truth.qini.low) / (2 * 1.96) / seeds;
      const { heterogeneity } = await sluice('uplift', '--data', file, ...COLUMNS, ...FITS);
      if (heterogeneity.found) found++;
      process.stderr.write(`seed ${seed}: p ${heterogeneity.p.toFixed(4)}, found ${found}\n`);
    }
    const figures = homogeneous ? ['0', '-'] : [qini.toFixed(4), (qini / error).toFixed(2)];
    const cells = [`${found} of ${seeds}`.padStart(14), figures[0].padStart(12), figures[1].padStart(20)];
    process.stdout.write(
      `${(homogeneous ? 'alike for all' : 'more for some').padEnd(20)}${cells.join('')}\n`,
    );
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
