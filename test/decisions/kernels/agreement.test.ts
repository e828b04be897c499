import { expect, test } from 'vitest';
import type { Actions, DecisionKernels, Posterior } from '../../../src/decisions/kernels/kernels.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { eachInstructionSet, normalRows } from './each-backend.ts';

/** Worlds, each with a posterior and a matrix, and decisions of each operation in each: 10,000. */
const WORLDS = 100;
const DECISIONS = 100;

/** Scores as people have them: normal, with ties, far apart, or absent. */
function oddScores(random: RandomStream): Float32Array {
  const kind = random.below(5);
  return Float32Array.from({ length: 1 + random.below(150) }, () => {
    if (kind === 0) return random.below(3);
    if (kind === 1) return random.normal() * 1e30;
    if (kind === 2) return random.below(4) === 0 ? Number.NEGATIVE_INFINITY : 100 * random.normal();
    return random.normal() * (kind === 3 ? 1e-3 : 3);
  });
}

/** What one backend decides in one world, as plain numbers. */
class World {
  readonly #kernels: DecisionKernels;
  readonly #actions: Actions;
  readonly #posterior: Posterior;

  constructor(kernels: DecisionKernels, world: number) {
    const random = new RandomStream(world, 'world');
    const d = 1 + random.below(40);
    this.#kernels = kernels;
    this.#actions = kernels.actions(d);
    this.#actions.write(0, normalRows(random, 1 + random.below(80), d, 10 ** (random.below(5) - 2)));
    this.#actions.write(random.below(this.#actions.size), normalRows(random, 3, d));
    this.#posterior = kernels.posterior(d, 0.1 + random.uniform(), new Float64Array(d).fill(random.normal()));
  }

  /** The answer, and all scores where they were asked for. */
  decide(operation: string, random: RandomStream): number[] {
    const d = this.#posterior.dimension;
    const key = [random.uint32(), random.uint32()] as const;
    if (operation === 'inverseGap') {
      const scores = oddScores(random);
      const propensities = new Float64Array(scores.length);
      const uniform = random.uniform();
      return [
        this.#kernels.inverseGap(scores, 10 ** random.below(5), uniform, propensities),
        ...propensities,
      ];
    }
    if (operation === 'plackettLuce') {
      const scores = oddScores(random);
      const picks = new Uint32Array(1 + random.below(20));
      const propensities = new Float64Array(picks.length);
      this.#kernels.plackettLuce(scores, 0.1 + random.uniform(), ...key, picks, propensities);
      return [...picks, ...propensities];
    }
    if (operation === 'learn') {
      this.#posterior.learn(normalRows(random, 1, d), random.uniform(), random.normal());
      if (random.below(2) === 0) this.#posterior.forget(1 - random.uniform() / 20);
      const { mean, width } = this.#posterior.predict(normalRows(random, 1, d));
      return [mean, width, ...this.#posterior.mean()];
    }
    const rows = Uint32Array.from({ length: random.below(100) }, () => random.below(this.#actions.size));
    const context = random.below(2) === 0 ? null : normalRows(random, 1, d);
    const offsets = random.below(3) > 0 ? null : normalRows(random, rows.length, 1);
    const picks = new Uint32Array(1 + random.below(random.below(10) === 0 ? 80 : 8));
    const scores = random.below(3) > 0 ? null : new Float32Array(rows.length);
    const ranking = { actions: this.#actions, rows, context, offsets, picks, scores };
    if (operation === 'greedy') this.#posterior.greedy(ranking);
    else if (operation === 'sample') this.#posterior.sample(ranking, random.uniform(), ...key);
    else this.#posterior.upperBound(ranking, random.below(4) === 0 ? 0 : 3 * random.uniform());
    return [...picks, ...(scores ?? [])];
  }

  close(): void {
    this.#posterior.close();
    this.#actions.close();
  }
}

const sets = eachInstructionSet();

test('native kernels of every instruction set and WebAssembly stand beside the reference', () => {
  expect(sets.map(([name]) => name)).toContain('reference');
});

test.each(['learn', 'greedy', 'sample', 'upperBound', 'inverseGap', 'plackettLuce'])(
  'no decision of 10,000 by %s differs between backends in a bit',
  (operation) => {
    const differing = new Map(sets.map(([name]) => [name, 0]));
    for (let world = 0; world < WORLDS; world++) {
      const worlds = sets.map(([name, kernels]) => [name, new World(kernels, world)] as const);
      for (let i = 0; i < DECISIONS; i++) {
        const decide = (name: string) => new RandomStream(i, `${world} ${name}`);
        if (i % 10 === 0) for (const [, each] of worlds) each.decide('learn', decide('learn'));
        const answers = worlds.map(([, each]) => each.decide(operation, decide(operation)));
        const truth = answers[answers.length - 1];
        worlds.forEach(([name], at) => {
          const same =
            truth.length === answers[at].length && truth.every((x, j) => Object.is(x, answers[at][j]));
          if (!same) differing.set(name, (differing.get(name) as number) + 1);
        });
      }
      for (const [, each] of worlds) each.close();
    }
    expect(Object.fromEntries(differing)).toEqual(Object.fromEntries(sets.map(([name]) => [name, 0])));
  },
);
