/** How far is it? Bars on standard error: drawn on a terminal, one line per step elsewhere. */

import { stderr } from 'node:process';
import type { SingleBar } from 'cli-progress';

/** One step of a command under way. */
export interface Step {
  /** Moves the bar. @param share in [0, 1]. */
  update(share: number): void;
  /** Ends the step with a word about what came of it. */
  done(outcome?: string): void;
}

let drawn: SingleBar | undefined;

/** Takes down the bar of a step that will not be done; its timer would keep the process alive. */
export function endProgress(): void {
  drawn?.stop();
  drawn = undefined;
}

/** Starts a step. Nothing is drawn where standard error is no terminal, but each finished step is one line. */
export async function step(label: string): Promise<Step> {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const closing = (outcome = '') => `${label.padEnd(34)} ${seconds().padStart(7)}  ${outcome}`.trimEnd();
  if (!stderr.isTTY) return { update() {}, done: (outcome) => void stderr.write(`${closing(outcome)}\n`) };
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    format: `${label.padEnd(34)} {bar} {percentage}%`,
    barsize: 24,
    barCompleteChar: '=',
    barIncompleteChar: '.',
    stream: stderr,
    // A terminal whose cursor or line wrapping was switched off stays so when Ctrl-C ends the process.
    hideCursor: false,
    linewrap: true,
    clearOnComplete: true,
  });
  drawn = bar;
  bar.start(1000, 0);
  return {
    update: (share) => bar.update(Math.round(share * 1000)),
    done(outcome) {
      bar.update(1000);
      endProgress();
      stderr.write(`${closing(outcome)}\n`);
    },
  };
}
