import { expect, test } from 'vitest';
import { PACING_SCENARIOS, simulatePacing } from '../../src/simulation/pacing.ts';

const LEAST = { stationary: 0.99, noon: 0.93, burst: 0.93, fall: 0.93 };

test.each(PACING_SCENARIOS)('on a day that is %s the pacer buys what hindsight would, nearly', (scenario) => {
  for (let seed = 1; seed <= 2; seed++) {
    const { share, spent, greedy, fixed, greedySpent } = simulatePacing({ scenario, seed });
    expect(share).toBeGreaterThanOrEqual(LEAST[scenario]);
    expect(share).toBeLessThanOrEqual(1);
    expect(spent).toBeLessThanOrEqual(1);
    expect(spent).toBeGreaterThan(0.98);
    expect(greedySpent).toBeGreaterThan(0.999);
    expect(greedy).toBeLessThan(0.6);
    expect(fixed).toBeLessThan(1);
  }
});
