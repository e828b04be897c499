/** How far is it? One line of progress on standard error. */

/** @param {string} line */
export const say = (line) => void process.stderr.write(`${line}\n`);
