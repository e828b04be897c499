/** Which input lines were refused, and why? Counted all, told in detail up to a limit. */

/** One refused line of an input file. */
export interface Reject {
  readonly file: string;
  /** From 1, the header included. */
  readonly line: number;
  readonly reason: string;
}

/** All refused lines of an input. */
export interface RejectReport {
  /** How many lines were refused, in all files. */
  readonly count: number;
  /** The first {@link REJECT_DETAILS} of them. */
  readonly details: readonly Reject[];
}

/** How many rejects are kept in detail. */
export const REJECT_DETAILS = 1000;

/** Collects rejects while a file is read. */
export class RejectCollector {
  #count = 0;
  readonly #details: Reject[] = [];

  add(file: string, line: number, reason: string): void {
    this.#count++;
    if (this.#details.length < REJECT_DETAILS) this.#details.push({ file, line, reason });
  }

  report(): RejectReport {
    return { count: this.#count, details: this.#details };
  }
}
