// `npm test`: sets the checkout up, runs the tests of TypeScript, WebAssembly and Rust, and adds them up in one line.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cargoFeatures } from './build-native.mjs';
import { root, say, setup } from './setup.mjs';

const total = { passed: 0, failed: 0, skipped: 0 };

function runTypeScript() {
  const scratch = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const report = join(scratch, 'report.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(
    process.execPath,
    [
      vitest,
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: 'inherit' },
  );
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    total.passed += result.numPassedTests;
    total.failed += result.numFailedTests;
    total.skipped += result.numPendingTests + result.numTodoTests;
    // A file that fails to load holds no test that could be counted, and must not pass for that.
    total.failed += result.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
  } catch (error) {
    say(`vitest left no report: ${error.message}`);
    total.failed++;
  }
  if (status !== 0 && total.failed === 0) total.failed++;
  rmSync(scratch, { recursive: true, force: true });
}

function runRust() {
  if (spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status !== 0) {
    say('cargo not found: the Rust tests are skipped');
    total.skipped++;
    return;
  }
  testRust();
  // What searches do depends on the kernels: once more with those that most machines have.
  testRust({ only: 'search::', isa: 'avx2' });
}

function testRust({ only, isa } = {}) {
  const command = ['test', '--manifest-path', 'native/Cargo.toml', '--release', ...cargoFeatures()];
  if (only !== undefined) command.push('--lib', only);
  const { status, stdout } = spawnSync('cargo', command, {
    cwd: root,
    env: isa === undefined ? process.env : { ...process.env, SLUICE_ISA: isa },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  process.stdout.write(stdout);
  let failed = 0;
  for (const [, pass, fail, ignored] of stdout.matchAll(
    /test result: .*? (\d+) passed; (\d+) failed; (\d+) ignored/g,
  )) {
    total.passed += Number(pass);
    failed += Number(fail);
    total.skipped += Number(ignored);
  }
  total.failed += failed;
  if (status !== 0 && failed === 0) total.failed++;
}

await setup();
// ONNX Runtime and TensorFlow.js are tested as backends.
const { installRivals } = await import('../bench/run/rivals.mjs');
installRivals();
runTypeScript();
runRust();
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
