/** Whom does the treatment help, and who would have come anyway? Baseline and lift of groups of rows. */

import { averageEffect, SluiceError } from '../../index.ts';
import type { Moved } from '../charts/scatter.ts';
import type { JudgedTrial } from './trial.ts';

/** Groups of fewer rows say nothing. */
const LEAST_ROWS = 30;
const MOST_SEGMENTS = 400;
/** A column of more values is compared only where it is asked for. */
const FEW_VALUES = 12;

/** The values of a column, or of all columns of few values, or, where there is none, tenths of the expected baseline. */
export function segmentsOf({ trial, choice }: JudgedTrial, by: string | undefined): Moved[] {
  const { control, scores } = choice.nuisances;
  if (by !== undefined && !Object.hasOwn(trial.cells, by)) {
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected a column ${JSON.stringify(by)} for --by but received ${Object.keys(trial.cells).join(', ')}`,
      { remedy: 'Name a column that the file has.' },
    );
  }
  const columns = by === undefined ? comparable(trial) : [by];
  const groups = new Map<string, number[]>();
  const add = (name: string, row: number): void => {
    const rows = groups.get(name);
    if (rows === undefined) groups.set(name, [row]);
    else rows.push(row);
  };
  for (const column of columns) {
    trial.cells[column].forEach((cell, row) => {
      const value = cell ?? '(missing)';
      add(by === undefined ? `${column} = ${value}` : value, row);
    });
  }
  if (columns.length === 0) {
    const order = Uint32Array.from(control, (_, i) => i).sort((a, b) => control[a] - control[b]);
    order.forEach((row, at) => {
      const tenth = Math.floor((10 * at) / order.length);
      add(`baseline ${10 * tenth} to ${10 * tenth + 10} %`, row);
    });
  }
  return [...groups]
    .filter(([, rows]) => rows.length >= LEAST_ROWS)
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MOST_SEGMENTS)
    .map(([name, rows]) => {
      const { mean, low, high } = averageEffect(Float64Array.from(rows, (row) => scores[row]));
      const baseline = rows.reduce((sum, row) => sum + control[row], 0) / rows.length;
      return { name, rows: rows.length, baseline, lift: { mean, low, high } };
    });
}

function comparable({ columns, cells }: JudgedTrial['trial']): string[] {
  return columns.map(({ name }) => name).filter((name) => new Set(cells[name]).size <= FEW_VALUES);
}
