import { describe, expect, test } from 'vitest';
import { PACING_SCENARIOS } from '../../src/simulation/pacing.ts';
import { sluice, sluiceJson } from './command.ts';

describe('sluice simulate --problem pacing', () => {
  const args = ['simulate', '--problem', 'pacing', '--horizon', '3000', '--seeds', '2'];

  test('compares the pacer with hindsight, yesterday and greed on every kind of day', async () => {
    const report = await sluiceJson(args);
    expect(report).toMatchObject({ problem: 'pacing', seeds: 2, requests: 3000, simulated: true });
    expect(Object.keys(report.days)).toEqual(PACING_SCENARIOS);
    for (const day of PACING_SCENARIOS) {
      const { share, least, greedy, spent } = report.days[day];
      expect(least).toBeLessThanOrEqual(share);
      expect(share).toBeLessThanOrEqual(1);
      expect(greedy).toBeLessThan(least);
      expect(spent).toBeLessThanOrEqual(1);
    }
  });

  test('prints a table of at most 80 columns', async () => {
    const { status, stdout } = await sluice(args);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBe(3 + PACING_SCENARIOS.length);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });
});
