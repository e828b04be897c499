import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadIhdp } from '../../src/offline/ihdp.ts';
import { loadTrial, type TrialFileOptions } from '../../src/offline/trial-file.ts';
import { directoryWith } from './temporary.ts';

const COLUMNS: TrialFileOptions = { treatment: 'arm', treated: 'mail', control: 'none', outcome: 'visit' };

const fileWith = (content: string | Uint8Array, name = 'trial.csv'): string =>
  join(directoryWith({ [name]: content }), name);

/** 120 rows: ages with holes, towns with rare ones, an account number, a visit and what it led to. */
function trial(
  change: (row: Record<string, string>, i: number) => Record<string, string> = (row) => row,
): string {
  const rows = Array.from({ length: 120 }, (_, i) =>
    change(
      {
        account: `a${i}`,
        age: i % 10 === 0 ? '' : String(20 + (i % 7)),
        town: i < 3 ? `village ${i}` : ['Ulm', 'Bonn, am Rhein', ''][(i >> 3) % 3],
        country: 'DE',
        arm: ['mail', 'none', 'phone'][(i >> 1) % 3],
        visit: i % 4 === 0 ? '1' : '0',
        spend: i % 4 === 0 ? '9.5' : '0',
      },
      i,
    ),
  );
  const cell = (value: string): string => (value.includes(',') ? `"${value}"` : value);
  const lines = rows.map((row) => Object.values(row).map(cell).join(','));
  return `${[Object.keys(rows[0]).join(','), ...lines].join('\n')}\n`;
}

async function refusal(content: string | Uint8Array, change: Partial<TrialFileOptions> = {}, name?: string) {
  const error = await loadTrial(fileWith(content, name), { ...COLUMNS, ...change }).catch((cause) => cause);
  expect(error).toHaveProperty('code');
  return error as { code: string; message: string; remedy: string };
}

describe('a trial file', () => {
  test('gives two arms, and counts the rows of other treatments', async () => {
    const { treatment, outcomes, counts } = await loadTrial(fileWith(trial()), COLUMNS);
    expect(counts).toEqual({ rows: 120, treated: 40, controls: 40, dropped: { phone: 40 } });
    expect(treatment).toHaveLength(80);
    expect(outcomes.reduce((sum, one) => sum + one, 0)).toBe(
      Array.from({ length: 120 }, (_, i) => i).filter((i) => i % 4 === 0 && (i >> 1) % 3 !== 2).length,
    );
  });

  test('is encoded: numbers z-scored with holes marked, levels as indicators, rare ones joined', async () => {
    const { features, dimension, featureNames, columns, leftOut } = await loadTrial(
      fileWith(trial()),
      COLUMNS,
    );
    const levels = ['Bonn, am Rhein', 'Ulm', '(missing)', '(rare)'];
    expect(featureNames).toEqual([
      'age',
      'age is missing',
      ...levels.slice(1).map((level) => `town = ${level}`),
    ]);
    expect(columns).toEqual([
      { name: 'age', kind: 'numeric', missing: 8 },
      { name: 'town', kind: 'categorical', missing: 20, joined: 3, levels },
    ]);
    expect(leftOut).toEqual({
      account: 'another value in nearly every row',
      country: 'the same in nearly every row',
      spend: expect.stringContaining('a consequence of the treatment'),
    });
    for (let j = 0; j < dimension; j++) {
      const column = Float64Array.from(
        { length: features.length / dimension },
        (_, i) => features[i * dimension + j],
      );
      const mean = column.reduce((sum, one) => sum + one, 0) / column.length;
      expect(mean).toBeCloseTo(0, 12);
      expect(column.reduce((sum, one) => sum + one * one, 0) / column.length).toBeCloseTo(1, 12);
    }
  });

  test('reads the same from gzip, and with columns named', async () => {
    const plain = await loadTrial(fileWith(trial()), COLUMNS);
    const zipped = await loadTrial(fileWith(gzipSync(trial()), 'trial.csv.gz'), COLUMNS);
    expect(zipped.features).toEqual(plain.features);
    const named = await loadTrial(fileWith(trial()), {
      ...COLUMNS,
      features: ['age', 'spend'],
      ignore: ['spend'],
    });
    expect(named.columns.map(({ name }) => name)).toEqual(['age']);
    expect(named.leftOut).toMatchObject({ spend: 'ignored as told', town: 'not among the features named' });
  });

  test('leaves out what few rows have, a rare consequence among it, and takes numbers of any size', async () => {
    const content = trial((row, i) => ({
      ...row,
      // Of the rows kept, six: too few to tell a consequence by.
      spend: i % 4 === 0 && i < 36 ? '9' : '',
      age: `${i}e299`,
    }));
    const { columns, featureNames, leftOut, features, dimension } = await loadTrial(
      fileWith(content),
      COLUMNS,
    );
    expect(leftOut).toMatchObject({ spend: 'the same in nearly every row' });
    expect(columns.map(({ name }) => name)).toEqual(['age', 'town']);
    const ages = Float64Array.from(
      { length: features.length / dimension },
      (_, i) => features[i * dimension],
    );
    expect(featureNames[0]).toBe('age');
    expect(ages.reduce((sum, one) => sum + one * one, 0) / ages.length).toBeCloseTo(1, 12);
  });

  test('leaves out what leads to the outcome as well as what follows from it', async () => {
    const content = trial((row, i) => ({
      ...row,
      visit: i % 4 === 0 ? '1' : '0',
      spend: i % 8 === 0 ? '1' : '0',
    }));
    const { leftOut } = await loadTrial(fileWith(content), { ...COLUMNS, outcome: 'spend' });
    expect(leftOut['visit']).toBe('other than 0 wherever the outcome is: a consequence of the treatment');
  });

  test('reads known propensities', async () => {
    const content = trial((row) => ({ ...row, p: '0.4' }));
    const { propensities, featureNames } = await loadTrial(fileWith(content), {
      ...COLUMNS,
      propensity: 'p',
    });
    expect(new Set(propensities)).toEqual(new Set([0.4]));
    expect(featureNames).not.toContain('p');
  });
});

describe('a trial file is refused', () => {
  test('with the columns that there are, where one is not', async () => {
    const { code, message } = await refusal(trial(), { outcome: 'visits' });
    expect(code).toBe('ERR_SLUICE_DATA_INVALID');
    expect(message).toContain('"visits"');
    expect(message).toContain('account, age, town, country, arm, visit, spend');
  });

  test('with the values that there are, where an arm has no rows', async () => {
    const none = await refusal(trial(), { control: 'post' });
    expect(none.code).toBe('ERR_SLUICE_NO_EFFECT');
    expect(none.message).toMatch(/no controls.*"none".*/);
    expect((await refusal(trial(), { treated: 'post' })).message).toContain('no row was treated');
  });

  test('when a column tells the arms apart, in words or numbers, whether or not it was named', async () => {
    const words = trial((row) => ({ ...row, list: row['arm'] === 'mail' ? 'A' : 'B' }));
    const { code, message, remedy } = await refusal(words);
    expect(code).toBe('ERR_SLUICE_NO_EFFECT');
    expect(message).toContain('"list"');
    expect(remedy).toContain('--ignore');
    const numbers = trial((row, i) => ({
      ...row,
      sent: row['arm'] === 'mail' ? String(1000 + i) : String(i),
    }));
    expect((await refusal(numbers, { features: ['age', 'sent'] })).message).toContain('"sent"');
    const ids = trial((row, i) => ({ ...row, sent: String(i) }));
    await expect(loadTrial(fileWith(ids), COLUMNS)).resolves.toBeDefined();
  });

  test('when it is empty, damaged, cut or without an outcome', async () => {
    expect((await refusal('')).message).toContain('an empty file');
    expect((await refusal('arm,visit,age\n')).message).toContain('no rows');
    const zipped = gzipSync(trial());
    const damaged = Uint8Array.from(zipped);
    damaged[zipped.length - 6] ^= 255;
    expect((await refusal(damaged, {}, 'trial.csv.gz')).code).toBe('ERR_SLUICE_DATA_INVALID');
    expect((await refusal(zipped.subarray(0, 200), {}, 'trial.csv.gz')).code).toBe('ERR_SLUICE_DATA_INVALID');
    const hole = await refusal(trial((row, i) => ({ ...row, visit: i === 7 ? '' : row['visit'] })));
    expect(hole.message).toMatch(/line 9: expected a number for visit/);
    expect((await refusal(trial(), { ignore: ['age', 'town'] })).code).toBe('ERR_SLUICE_NO_EFFECT');
  });
});

describe('a file of IHDP', () => {
  const line = (t: number, i: number): string =>
    [t, 3 + t, 2, 1, 1 + i, ...Array.from({ length: 25 }, (_, j) => (i * (j + 1)) % 5)].join(',');
  const rows = Array.from({ length: 12 }, (_, i) => line(i % 2, i));

  test('gives arms, outcomes, z-scored features and the true effects', async () => {
    const { treatment, outcomes, truth, features, dimension } = await loadIhdp(
      fileWith(`${rows.join('\n')}\n`),
    );
    expect(Array.from(treatment.slice(0, 3))).toEqual([0, 1, 0]);
    expect(Array.from(outcomes.slice(0, 3))).toEqual([3, 4, 3]);
    expect(Array.from(truth.slice(0, 3))).toEqual([0, 1, 2]);
    expect(features).toHaveLength(12 * dimension);
    expect(features.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 9);
  });

  test('is refused in another layout', async () => {
    const failing: [string, RegExp][] = [
      ['', /an empty file/],
      ['1,2,3\n', /3 columns/],
      [`${rows[0]}\n${rows[1].replace('1,', '2,')}\n`, /2 for t in line 2/],
      [`${rows[0]}\n${rows[1].replace('1,4', '1,four')}\n`, /readable file/],
    ];
    for (const [content, message] of failing) {
      await expect(loadIhdp(fileWith(content))).rejects.toMatchObject({
        code: 'ERR_SLUICE_DATA_INVALID',
        message: expect.stringMatching(message),
      });
    }
  });
});
