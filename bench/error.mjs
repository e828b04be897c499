/** What went wrong, in words that name the step to take? */

/** A refusal of the bench, printed like those of the command line. */
export class BenchError extends Error {
  /**
   * @param {string} code as in src/errors.ts
   * @param {string} message
   * @param {string} remedy
   */
  constructor(code, message, remedy) {
    super(message);
    this.name = 'BenchError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** @param {string} message */
export const invalidArgument = (message) =>
  new BenchError('ERR_SLUICE_INVALID_ARGUMENT', message, 'See `npm run -s bench -- --help`.');
