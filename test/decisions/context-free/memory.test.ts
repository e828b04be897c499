import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChangeMemory } from '../../../src/decisions/context-free/change-memory.ts';
import { OutcomeHistory } from '../../../src/decisions/context-free/outcome-history.ts';
import { WindowMemory } from '../../../src/decisions/context-free/window-memory.ts';
import { RandomStream } from '../../../src/numerics/random.ts';

const outcomes = fc.array(fc.tuple(fc.nat(3), fc.double({ min: 0, max: 1, noNaN: true })), {
  maxLength: 60,
});

describe('a window', () => {
  test('holds counts and sums of the last outcomes, and none of those before', () => {
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 20 }), (list, window) => {
        const memory = new WindowMemory(4, window);
        for (const [arm, reward] of list) memory.add(arm, reward);
        const last = list.slice(-window);
        expect(memory.total).toBe(last.length);
        for (let arm = 0; arm < 4; arm++) {
          const own = last.filter(([one]) => one === arm);
          expect(memory.counts[arm]).toBe(own.length);
          expect(memory.sums[arm]).toBeCloseTo(
            own.reduce((sum, [, reward]) => sum + reward, 0),
            12,
          );
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('does not drift: after a million outcomes its sums are those of the last thousand', () => {
    const memory = new WindowMemory(2, 1000);
    const random = new RandomStream(1);
    const last = new Float64Array(1000);
    for (let i = 0; i < 1e6; i++) {
      last[i % 1000] = random.uniform();
      memory.add(0, last[i % 1000]);
    }
    expect(memory.sums[0]).toBeCloseTo(
      last.reduce((sum, reward) => sum + reward, 0),
      11,
    );
  });

  test('refuses a ring with unknown arms or a place that does not fit its counts', () => {
    const memory = new WindowMemory(2, 3);
    for (let i = 0; i < 4; i++) memory.add(i % 2, 1);
    const state = memory.snapshot();
    for (const wrong of [
      { ...state, ringArms: Float64Array.of(0, 2, 1) },
      { ...state, next: Float64Array.of(3) },
    ]) {
      expect(() => new WindowMemory(2, 3).restore(wrong)).toThrowError(
        expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
      );
    }
    const fresh = new WindowMemory(2, 3).snapshot();
    expect(() => new WindowMemory(2, 3).restore({ ...fresh, next: Float64Array.of(1) })).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});

/** The likelihood ratio of one change after the first s outcomes, by the definition. */
function ratioAt(rewards: readonly number[], s: number): number {
  const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const kl = (p: number, q: number) =>
    (p > 0 ? p * Math.log(p / q) : 0) + (p < 1 ? (1 - p) * Math.log((1 - p) / (1 - q)) : 0);
  const all = mean(rewards);
  const [before, after] = [rewards.slice(0, s), rewards.slice(s)];
  return before.length * kl(mean(before), all) + after.length * kl(mean(after), all);
}

const rewardsOf = (list: readonly boolean[]) => list.map(Number);

describe('the history of an arm', () => {
  test('has the likelihood ratio of a change at the end of one of its blocks, largest of all', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 200 }), (list) => {
        const rewards = rewardsOf(list);
        const history = new OutcomeHistory();
        for (const reward of rewards) history.add(reward);
        let end = 0;
        let largest = 0;
        for (const count of history.counts.slice(0, -1)) {
          end += count;
          largest = Math.max(largest, ratioAt(rewards, end));
        }
        expect(end + (history.counts.at(-1) ?? 0)).toBe(rewards.length);
        expect(history.changeStatistic()).toBeCloseTo(largest, 9);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test('misses no moment by more than a quarter of its age, in a number of blocks that grows as the logarithm', () => {
    const history = new OutcomeHistory();
    for (let n = 1; n <= 5000; n++) {
      history.add(n % 2);
      if (n % 250 !== 0) continue;
      let age = 0;
      for (let block = history.counts.length - 1; block >= 0; block--) {
        const size = history.counts[block];
        expect(size).toBeLessThanOrEqual(1 + age / 4);
        age += size;
      }
      expect(age).toBe(n);
      expect(history.counts.length).toBeLessThanOrEqual(5 * (Math.log2(n) + 1));
      expect(history.sums.reduce((sum, one) => sum + one, 0)).toBe(Math.ceil(n / 2));
    }
  });
});

describe('a memory that tests for change', () => {
  test('forgets everything soon after an arm has changed', () => {
    for (const [before, after] of [
      [0.9, 0.2],
      [0.2, 0.5],
      [0.05, 0.3],
    ]) {
      const memory = new ChangeMemory(3, 0.01);
      const random = new RandomStream(7, before);
      for (let i = 0; i < 1000; i++) memory.add(1, Number(random.uniform() < before));
      memory.add(0, 1);
      expect(memory.total).toBe(1001);
      let delay = 0;
      while (memory.total > 1000) {
        memory.add(1, Number(random.uniform() < after));
        delay++;
      }
      expect(delay).toBeLessThan(200);
      expect(memory.total).toBe(0);
      expect(Array.from(memory.counts)).toEqual([0, 0, 0]);
    }
  });

  test('raises an alarm over an arm that does not change no more often than the risk', () => {
    const risk = 0.1;
    const streams = 300;
    let alarms = 0;
    for (let seed = 0; seed < streams; seed++) {
      const memory = new ChangeMemory(1, risk);
      const random = new RandomStream(seed, 'unchanged');
      const mean = [0.03, 0.3, 0.5, 0.95][seed % 4];
      for (let i = 1; i <= 1000 && memory.total === i - 1; i++) {
        memory.add(0, Number(random.uniform() < mean));
        if (memory.total === 0) alarms++;
      }
    }
    expect(alarms / streams).toBeLessThanOrEqual(risk + 2 * Math.sqrt((risk * (1 - risk)) / streams));
  });

  test('refuses blocks of unknown arms', () => {
    const memory = new ChangeMemory(2, 0.1);
    memory.add(1, 1);
    const state = { ...memory.snapshot(), blockArms: Float64Array.of(2) };
    expect(() => memory.restore(state)).toThrowError(
      expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' }),
    );
  });
});
