/** Does the router buy what is worth it, does the money last, and how long does a decision take? Beside plainer ways. */

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRecordedOutcomes } from '../data/recorded-outcomes.mjs';
import { deadlineOvershoot } from '../engines/deadlines.mjs';
import { sluice } from '../engines/library.mjs';
import { reservationTimes } from '../engines/money.mjs';
import { decisionTimes } from '../engines/routing.mjs';
import { runTold } from '../run/command-line.mjs';
import { say } from '../run/say.mjs';
import { fixed, table } from './table.mjs';

const DATA = process.env['SLUICE_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** Where the recorded outcomes lie that are judged without being asked for. */
const RECORDED = join(DATA, 'routellm/gsm8k_responses.csv.gz');

/** Days of each kind on which pacing is simulated. */
const DAYS = 10;

/** Up to so many outcomes 20 assignments of folds are made, above it 5: the mean over them is then as sure. */
const MANY = 5000;

/** What is aimed at; areas and rates from above or below as their names say. */
export const TARGETS = {
  simulated: { apgrAtLeast: 0.7, cpt50AtMost: 0.25, cpt80AtMost: 0.55 },
  recorded: { apgrAtLeast: 0.59, cpt50AtMost: 0.36 },
  eceAtMost: 0.03,
  decisionUs: { p50AtMost: 20, p99AtMost: 100 },
  overshootMs: { p99AtMost: 25 },
  pacing: { stationaryAtLeast: 0.99, changingAtLeast: 0.93 },
  reservationUsAtMost: 1,
};

/** The router on one file. @param {string} path */
async function judgeFile(path) {
  const { judgeRecordedOutcomes } = await sluice();
  const outcomes = readRecordedOutcomes(path);
  const assignments = outcomes.length <= MANY ? 20 : 5;
  say(`Judging ${outcomes.length} outcomes of ${basename(path)}, ${assignments} assignments of 5 folds`);
  const { router, ...others } = judgeRecordedOutcomes(outcomes, { assignments });
  return { file: basename(path), costs: 'equal per call', ...router, ...others };
}

/** @param {{ outcomes?: string[], budgetMs: number }} options */
export async function router({ outcomes, budgetMs }) {
  if (outcomes !== undefined) {
    const judged = [];
    for (const path of outcomes) judged.push(await judgeFile(path));
    return { suite: 'router', outcomes: judged };
  }
  say('Simulating requests');
  const simulated = await runTold(['simulate', '--problem', 'routing', '--json']);
  const recorded = existsSync(RECORDED) ? await judgeFile(RECORDED) : null;
  if (recorded === null) say(`No recorded outcomes at ${RECORDED}; set SLUICE_DATA`);
  say('Timing decisions');
  const decision = await decisionTimes(budgetMs);
  say('Missing deadlines');
  const overshoot = await deadlineOvershoot();
  say('Simulating days of pacing');
  const pacing = await runTold(['simulate', '--problem', 'pacing', '--seeds', String(DAYS), '--json']);
  say('Timing reservations');
  const reservation = await reservationTimes(budgetMs);
  const measured = { simulated, recorded, decision, overshoot, pacing, reservation };
  return { suite: 'router', ...measured, targets: TARGETS };
}

/** @param {any} report */
export function renderRouter(report) {
  if (report.outcomes !== undefined) return report.outcomes.map(recordedText).join('\n\n');
  const { simulated, recorded, decision, overshoot, pacing, reservation, targets } = report;
  const { routers, ece, aboveLength, unobservable } = simulated;
  const { p50AtMost, p99AtMost } = targets.decisionUs;
  return [
    `${simulated.requests} simulated requests, by spend`,
    curves('bought first by', Object.entries(routers)),
    `Targets ${shares(targets.simulated)}.`,
    `Above length by ${span(aboveLength)}.`,
    `Unobservable: ${fixed(unobservable, 2)} of the variance of the gain.`,
    `Calibration error ${fixed(ece, 3)} after ${simulated.labels} labels; target ${targets.eceAtMost}.`,
    '',
    recorded === null ? 'No recorded outcomes here.' : recordedText(recorded),
    recorded === null ? '' : `Targets ${shares(targets.recorded)}.\n`,
    `A decision, features and all: ${fixed(decision.p50Us, 1)} us at p50, ${fixed(decision.p99Us, 1)} at p99;`,
    `targets ${p50AtMost} and ${p99AtMost}.`,
    `A provider that ignores abort is left ${fixed(overshoot.p99Ms, 1)} ms after the deadline at p99,`,
    `bare timers fire after ${fixed(overshoot.timers.p99Ms, 1)}; target ${targets.overshootMs.p99AtMost}.`,
    `A reservation with its settlement: ${fixed(reservation.memoryUs, 2)} us in memory,`,
    `${fixed(reservation.leasedUs, 2)} from slices of a store; target ${targets.reservationUsAtMost}.`,
    '',
    table([
      [`worth, of hindsight's, ${pacing.seeds} days`, 'paced', 'least', 'greedy', 'spent'],
      ...Object.entries(pacing.days).map(([day, { share, least, greedy, spent }]) => {
        return [day, ...[share, least, greedy, spent].map(percent)];
      }),
    ]),
    `Targets ${percent(targets.pacing.stationaryAtLeast)}, and ${percent(targets.pacing.changingAtLeast)} where demand changes.`,
  ].join('\n');
}

/** @param {any} judged */
function recordedText({ file, outcomes, assignments, apgr, cpt50, cpt80, ece, ...judged }) {
  const { length, random, oracle, aboveLength } = judged;
  const lines = { router: { apgr, cpt50, cpt80, ece }, length, random, oracle };
  return [
    `${outcomes} outcomes of ${file}, by calls`,
    curves('bought first by', Object.entries(lines)),
    `5 folds, mean of ${assignments} assignments; above length by ${span(aboveLength)}.`,
  ].join('\n');
}

/** @param {string} title @param {[string, any][]} lines */
function curves(title, lines) {
  return table([
    [title, 'APGR and 95 %', 'CPT50', 'CPT80', 'ECE'],
    ...lines.map(([name, { apgr, cpt50, cpt80, ece }]) => {
      return [name, span(apgr), percent(cpt50), percent(cpt80), fixed(ece, 3)];
    }),
  ]);
}

/** @param {{ mean: number, low: number, high: number }} interval */
const span = ({ mean, low, high }) => `${fixed(mean, 3)} [${fixed(low, 3)}, ${fixed(high, 3)}]`;
/** @param {number} share */
const percent = (share) => `${fixed(100 * share, 1)} %`;
/** @param {Record<string, number>} targets */
const shares = ({ apgrAtLeast, cpt50AtMost, cpt80AtMost }) =>
  [
    `APGR ${apgrAtLeast}`,
    `CPT50 ${percent(cpt50AtMost)}`,
    ...(cpt80AtMost === undefined ? [] : [`CPT80 ${percent(cpt80AtMost)}`]),
  ].join(', ');
