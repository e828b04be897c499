import { describe, expect, test } from 'vitest';
import { ArtworkVariants, BetaThompson, EpsilonGreedy, RandomStream } from '../../../src/index.ts';

const artwork = new ArtworkVariants(Uint32Array.of(2, 1, 4));

describe('the artwork of a title', () => {
  test('is chosen among its own variants, each with its propensity', () => {
    const policy = new EpsilonGreedy({ arms: artwork.arms, epsilon: 1 });
    const seen = new Float64Array(4);
    for (let i = 0; i < 4000; i++) {
      const { variant, propensity } = artwork.choose(policy, 2, 0.3, new RandomStream(1, i));
      expect(propensity).toBe(0.25);
      seen[variant]++;
    }
    for (const count of seen) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(750));
    expect(artwork.choose(new BetaThompson({ arms: 7 }), 0, 0.3, new RandomStream(1)).propensity).toBeNull();
  });

  test('is learned: the variant that is played more comes to be shown, and no other title changes', () => {
    const policy = new BetaThompson({ arms: artwork.arms, floor: 0, level: 'fixed' });
    const before = policy.score(artwork.pool(0, 0.3));
    let shown = 0;
    for (let i = 0; i < 1500; i++) {
      const random = new RandomStream(2, i);
      const { variant } = artwork.choose(policy, 2, 0.3, random);
      const reward = random.uniform() < (variant === 3 ? 0.5 : 0.2) ? 1 : 0;
      policy.update(artwork.feedback({ title: 2, variant, score: 0.3, reward }));
      if (i >= 1000 && variant === 3) shown++;
    }
    expect(shown).toBeGreaterThan(450);
    expect(policy.score(artwork.pool(0, 0.3))).toEqual(before);
  });

  test('is refused for what there is not', () => {
    const invalid = expect.objectContaining({ code: 'ERR_SLUICE_INVALID_ARGUMENT' });
    expect(() => new ArtworkVariants(Uint32Array.of(1, 0))).toThrow(invalid);
    for (const title of [-1, 3, 0.5]) expect(() => artwork.pool(title, 0.5)).toThrow(invalid);
    for (const score of [0, 1, Number.NaN]) expect(() => artwork.pool(0, score)).toThrow(invalid);
    expect(() => artwork.feedback({ title: 1, variant: 1, score: 0.5, reward: 1 })).toThrow(invalid);
  });
});
