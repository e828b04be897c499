import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadOpenBandit } from '../../src/offline/open-bandit.ts';
import { loadTargetProbabilities } from '../../src/offline/target-probabilities.ts';
import { directoryWith } from './temporary.ts';

const HEADER = ',timestamp,item_id,position,click,propensity_score,user-item_affinity_1,user-item_affinity_0';
const ROWS = ['0,2019-11-24,1,2,0,0.25,0.5,1.5', '1,2019-11-24,0,1,1,0.75,,2'];

const fileWith = (name: string, content: string | Uint8Array): string =>
  join(directoryWith({ [name]: content }), name);
const logWith = (...lines: string[]): string => fileWith('log.csv', `${lines.join('\n')}\n`);

describe('a log of the Open Bandit Dataset', () => {
  const text = `${[HEADER, ...ROWS].join('\n')}\n`;

  test.each([
    ['plain', 'log.csv', text],
    ['with a byte order mark and Windows lines', 'log.csv', `\ufeff${text.replaceAll('\n', '\r\n')}`],
    ['as gzip', 'log.csv.gz', gzipSync(text)],
  ] as const)('is read %s', async (_, name, content) => {
    expect(await loadOpenBandit(fileWith(name, content))).toEqual({
      items: Uint32Array.of(1, 0),
      positions: Uint32Array.of(2, 1),
      clicks: Float64Array.of(0, 1),
      propensities: Float64Array.of(0.25, 0.75),
      itemCount: 2,
      affinities: Float32Array.of(1.5, 0.5, 2, 0),
    });
  });

  test('without affinities counts items by the largest number', async () => {
    const log = await loadOpenBandit(
      logWith('click,item_id,position,propensity_score', '1,6,1,.5', '0,2,1,1'),
    );
    expect(log).toMatchObject({ itemCount: 7, affinities: null, items: Uint32Array.of(6, 2) });
  });

  test.each([
    [
      'a propensity of 0',
      '2,x,1,1,0,0,0,0',
      'line 4: expected a probability above 0 for propensity_score but received 0',
    ],
    ['one below 0', '2,x,1,1,0,-0.1,0,0', 'propensity_score but received -0.1'],
    ['one above 1', '2,x,1,1,0,1.01,0,0', 'propensity_score but received 1.01'],
    ['one that is NaN', '2,x,1,1,0,nan,0,0', 'propensity_score but received NaN'],
    ['one that is missing', '2,x,1,1,0,,0,0', 'propensity_score but received null'],
    ['a text for a number', '2,x,one,1,0,0.5,0,0', 'line 4'],
    [
      'an item beyond the affinities',
      '2,x,2,1,0,0.5,0,0',
      'expected an item number below 2 for item_id but received 2',
    ],
    ['half an item', '2,x,0.5,1,0,0.5,0,0', 'item_id but received 0.5'],
    ['a position below 0', '2,x,1,-1,0,0.5,0,0', 'position but received -1'],
    ['a click that is none', '2,x,1,1,0.5,0.5,0,0', 'expected 0 or 1 for click but received 0.5'],
    ['an affinity that is no number', '2,x,1,1,0,0.5,nan,0', 'line 4: expected finite affinities'],
    ['too few fields', '2,x,1,1', 'line 4'],
  ])('with %s is refused, by line', async (_, line, message) => {
    const failure = expect(loadOpenBandit(logWith(HEADER, ...ROWS, line))).rejects;
    await failure.toMatchObject({
      code: 'ERR_SLUICE_DATA_INVALID',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['no rows', [HEADER], 'but received no rows'],
    ['nothing', [], 'its header has no item_id, position, click, propensity_score'],
    ['no propensities', ['item_id,position,click', '1,1,0'], 'its header has no propensity_score'],
    [
      'a gap in the affinities',
      ['item_id,position,click,propensity_score,user-item_affinity_1', '1,1,0,1,0'],
      'has no user-item_affinity_0',
    ],
    ['a column twice', ['item_id,position,click,propensity_score,click', '1,1,0,1,0'], 'names click twice'],
  ])('with %s is refused', async (_, lines, message) => {
    await expect(loadOpenBandit(logWith(...lines))).rejects.toMatchObject({
      code: 'ERR_SLUICE_DATA_INVALID',
      message: expect.stringContaining(message),
    });
  });

  test('that is damaged or cut short is refused, even where its text can be unpacked', async () => {
    const whole = gzipSync(`${HEADER}\n${`${ROWS[0]}\n`.repeat(2000)}`);
    const damaged = (at: number) => {
      const copy = Buffer.from(whole);
      copy[at] ^= 0xff;
      return copy;
    };
    // The last eight bytes are checksum and length, which DuckDB does not look at.
    for (const content of [
      whole.subarray(0, whole.length - 20),
      damaged(whole.length - 6),
      damaged(40),
      text,
    ]) {
      await expect(loadOpenBandit(fileWith('log.csv.gz', content))).rejects.toMatchObject({
        code: 'ERR_SLUICE_DATA_INVALID',
      });
    }
  });

  test('that is not there is told by path', async () => {
    await expect(loadOpenBandit('/nowhere/log.csv')).rejects.toMatchObject({
      code: 'ERR_SLUICE_DATA_NOT_FOUND',
      message: expect.stringContaining('/nowhere/log.csv'),
    });
  });
});

describe('the probabilities of a target', () => {
  test('are read for all positions, or for each', async () => {
    const all = await loadTargetProbabilities(logWith('item_id,probability', '0,0.25', '2,0.75'));
    expect([all(0, 1), all(1, 1), all(2, 3)]).toEqual([0.25, 0, 0.75]);
    const each = await loadTargetProbabilities(
      logWith('position,item_id,probability', '1,0,1', '2,0,0.5', '2,1,0.5'),
    );
    expect([each(0, 1), each(1, 1), each(0, 2), each(1, 2), each(0, 3)]).toEqual([1, 0, 0.5, 0.5, 0]);
  });

  test.each([
    ['that do not sum to 1', ['item_id,probability', '0,0.5', '1,0.4'], 'sum to 1'],
    [
      'that do not sum to 1 at a position',
      ['item_id,position,probability', '0,1,1', '1,2,0.4'],
      'at position 2',
    ],
    [
      'below 0',
      ['item_id,probability', '0,-0.5', '1,1.5'],
      'line 2: expected a probability but received -0.5',
    ],
    [
      'of an item named twice',
      ['item_id,probability', '0,0.5', '0,0.5'],
      'line 3: item 0 stands on an earlier line',
    ],
    ['without a column of them', ['item_id,share', '0,1'], 'has no probability'],
    ['of nothing', ['item_id,probability'], 'no rows'],
  ])('%s are refused', async (_, lines, message) => {
    await expect(loadTargetProbabilities(logWith(...lines))).rejects.toMatchObject({
      code: 'ERR_SLUICE_DATA_INVALID',
      message: expect.stringContaining(message),
    });
  });
});
