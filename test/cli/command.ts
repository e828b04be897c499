/** How do tests call the command line? As a process of its own, from the built files. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

/** The built command line. */
export const main = fileURLToPath(new URL('../../dist/js/main.js', import.meta.url));

/** What became of a command. */
export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Where {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** What it has printed so far. */
  readonly printed: { stdout: string; stderr: string };
  readonly outcome: Promise<Outcome>;
}

/** Starts `sluice` with these arguments. */
export function start(args: readonly string[], { cwd, env }: Where = {}): Running {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      printed[stream] += text;
    });
  }
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, ...printed }));
  });
  return { child, printed, outcome };
}

/** Starts it and kills it at the end of the test if it is still there. */
export function startInTest(args: readonly string[], where?: Where): Running {
  const running = start(args, where);
  onTestFinished(() => void running.child.kill('SIGKILL'));
  return running;
}

/** Runs `sluice` to its end. */
export function sluice(args: readonly string[], where?: Where): Promise<Outcome> {
  return start(args, where).outcome;
}

/** Runs it with `--json` and returns the one object on standard output; it must have succeeded. */
export async function sluiceJson(args: readonly string[], where?: Where) {
  const { status, stdout, stderr } = await sluice([...args, '--json'], where);
  expect(status, `${stdout}${stderr}`).toBe(0);
  return oneObject(stdout);
}

/** The object that standard output is: one line, nothing before or after it. */
export function oneObject(stdout: string) {
  expect(stdout).toMatch(/^\{.*\}\n$/);
  return JSON.parse(stdout);
}

/** Asserts that a command with `--json` failed as all commands do, and returns the error. */
export async function failureOf(args: readonly string[], where?: Where) {
  const { status, stdout } = await sluice([...args, '--json'], where);
  const answer = oneObject(stdout);
  expect({ status, answer }).toEqual({
    status: 1,
    answer: {
      error: {
        code: expect.stringMatching(/^ERR_SLUICE_/),
        message: expect.stringMatching(/\S/),
        remedy: expect.stringMatching(/\S/),
      },
    },
  });
  return answer.error as { code: string; message: string; remedy: string };
}
