import { expect, test } from 'vitest';
import { fitUplift } from '../../../src/incrementality/learners/fit-uplift.ts';
import { describeOnPublicData } from '../../offline/public-data.ts';
import { ateError, readIhdp, rootPehe } from '../ihdp.ts';

describeOnPublicData('on IHDP', () => {
  test('the T-learner over ridge reaches a root PEHE of .72', () => {
    let pehe = 0;
    let held = 0;
    let ate = 0;
    for (let file = 1; file <= 5; file++) {
      const { data, truth } = readIhdp(file);
      const { inSample, outOfFold } = fitUplift('t', 'ridge', data);
      pehe += rootPehe(inSample, truth) / 5;
      held += rootPehe(outOfFold, truth) / 5;
      ate += ateError(inSample, truth) / 5;
    }
    expect(pehe).toBeLessThan(0.72);
    expect(held).toBeLessThan(1.15 * pehe);
    expect(ate).toBeLessThan(0.1);
  });
});
