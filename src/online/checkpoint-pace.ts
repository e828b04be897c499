/** When is what was learned saved again? Soon enough that a crash replays little, seldom enough that it costs little. */

/** Settlements since the last checkpoint that make the next one due: some 30 ms of replay. */
const MOST_SETTLEMENTS = 1024;

/** Milliseconds after which even one settlement does. */
const LONGEST_MS = 60_000;

/** Times its own cost that must pass after a checkpoint: saving takes at most 2 % of the time, however large the state. */
const PAUSE_PER_COST = 50;

/** The pace of one policy's checkpoints. */
export class CheckpointPace {
  #sequence: number;
  #time: number;
  #costMs = 0;

  /** @param sequence the last settlement that is saved. @param now milliseconds since 1970. */
  constructor(sequence: number, now: number) {
    this.#sequence = sequence;
    this.#time = now;
  }

  /** Whether to save a state that includes the settlements up to `sequence`. */
  isDue(sequence: number, now: number): boolean {
    const learned = sequence - this.#sequence;
    const passed = now - this.#time;
    return (
      learned > 0 &&
      (learned >= MOST_SETTLEMENTS || passed >= LONGEST_MS) &&
      passed >= PAUSE_PER_COST * this.#costMs
    );
  }

  /** Notes a checkpoint and what it cost. */
  saved(sequence: number, now: number, costMs: number): void {
    this.#sequence = sequence;
    this.#time = now;
    this.#costMs = costMs;
  }
}
