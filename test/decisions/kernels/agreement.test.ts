import { expect, test } from 'vitest';
import type { Actions, DecisionKernels, Posterior } from '../../../src/decisions/kernels/kernels.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { eachInstructionSet, normalRows } from './each-backend.ts';

/** Worlds, each with a posterior and a matrix, and decisions of each operation in each: 10,000. */
const WORLDS = 100;
const DECISIONS = 100;

/** One backend in one world. */
interface World {
  readonly kernels: DecisionKernels;
  readonly actions: Actions;
  readonly posterior: Posterior;
}

/** A question drawn at random: asks a world, and gives the answer as numbers, all scores and probabilities among them. */
type Question = (world: World) => number[];

/** Scores as people have them: normal, with ties, far apart, or absent. */
function oddScores(random: RandomStream): Float32Array {
  const kind = random.below(5);
  return Float32Array.from({ length: 1 + random.below(80) }, () => {
    if (kind === 0) return random.below(3);
    if (kind === 1) return random.normal() * 1e30;
    if (kind === 2) return random.below(4) === 0 ? Number.NEGATIVE_INFINITY : 100 * random.normal();
    return random.normal() * (kind === 3 ? 1e-3 : 3);
  });
}

const questions: Record<string, (random: RandomStream, d: number, size: number) => Question> = {
  learn(random, d) {
    const [x, probe] = [normalRows(random, 1, d), normalRows(random, 1, d)];
    const [weight, amount, keep] = [random.uniform(), random.normal(), 1 - random.uniform() / 20];
    return ({ posterior }) => {
      posterior.learn(x, weight, amount);
      posterior.forget(keep > 0.975 ? 1 : keep);
      const { mean, width } = posterior.predict(probe);
      return [mean, width, ...posterior.mean()];
    };
  },
  greedy(random, d, size) {
    const ranked = ranking(random, d, size);
    return (world) => ranked(world, (posterior, asked) => posterior.greedy(asked));
  },
  sample(random, d, size) {
    const ranked = ranking(random, d, size);
    const [deviation, key0, key1] = [random.uniform(), random.uint32(), random.uint32()];
    return (world) => ranked(world, (posterior, asked) => posterior.sample(asked, deviation, key0, key1));
  },
  upperBound(random, d, size) {
    const ranked = ranking(random, d, size);
    const alpha = random.below(4) === 0 ? 0 : 3 * random.uniform();
    return (world) => ranked(world, (posterior, asked) => posterior.upperBound(asked, alpha));
  },
  inverseGap(random) {
    const scores = oddScores(random);
    const [gamma, uniform] = [10 ** random.below(5), random.uniform()];
    const propensities = new Float64Array(scores.length);
    return ({ kernels }) => [kernels.inverseGap(scores, gamma, uniform, propensities), ...propensities];
  },
  plackettLuce(random) {
    const scores = oddScores(random);
    const picks = new Uint32Array(1 + random.below(20));
    const propensities = new Float64Array(picks.length);
    const [temperature, key0, key1] = [0.1 + random.uniform(), random.uint32(), random.uint32()];
    return ({ kernels }) => {
      kernels.plackettLuce(scores, temperature, key0, key1, picks, propensities);
      return [...picks, ...propensities];
    };
  },
};

/** Rows to rank, with whatever else belongs to a ranking. */
function ranking(random: RandomStream, d: number, size: number) {
  const rows = Uint32Array.from({ length: random.below(40) }, () => random.below(size));
  const context = random.below(2) === 0 ? null : normalRows(random, 1, d);
  const offsets = random.below(3) > 0 ? null : normalRows(random, rows.length, 1);
  const picks = new Uint32Array(1 + random.below(random.below(10) === 0 ? 30 : 8));
  const scores = random.below(3) > 0 ? null : new Float32Array(rows.length);
  return (
    { actions, posterior }: World,
    act: (posterior: Posterior, ranking: Parameters<Posterior['greedy']>[0]) => void,
  ) => {
    picks.fill(0);
    act(posterior, { actions, rows, context, offsets, picks, scores });
    return [...picks, ...(scores ?? [])];
  };
}

const sets = eachInstructionSet();

function worlds(number: number): World[] {
  const random = new RandomStream(number, 'world');
  const d = 1 + random.below(24);
  const vectors = normalRows(random, 1 + random.below(80), d, 10 ** (random.below(5) - 2));
  const at = random.below(vectors.length / d);
  const over = normalRows(random, 3, d);
  const [lambda, prior] = [0.1 + random.uniform(), new Float64Array(d).fill(random.normal())];
  return sets.map(([, kernels]) => {
    const actions = kernels.actions(d);
    actions.write(0, vectors);
    actions.write(at, over);
    return { kernels, actions, posterior: kernels.posterior(d, lambda, prior) };
  });
}

test('the native and WebAssembly kernels were built and stand beside the reference', () => {
  expect(sets.map(([name]) => name)).toEqual(expect.arrayContaining(['wasm', 'reference']));
});

test.each(Object.keys(questions))('no decision of 10,000 by %s differs between backends in a bit', (name) => {
  const differing = sets.map(() => 0);
  const answered = new Set<number>();
  for (let number = 0; number < WORLDS; number++) {
    const all = worlds(number);
    const { actions } = all[0];
    for (let i = 0; i < DECISIONS; i++) {
      const ask = (operation: string) => {
        const random = new RandomStream(i, `${number} ${operation}`);
        const question = questions[operation](random, actions.dimension, actions.size);
        return all.map(question);
      };
      if (i % 10 === 0) ask('learn');
      const answers = ask(name);
      const truth = answers[answers.length - 1];
      for (const x of truth) answered.add(x);
      answers.forEach((answer, at) => {
        const same = truth.length === answer.length && truth.every((x, j) => Object.is(x, answer[j]));
        if (!same) differing[at]++;
      });
    }
    for (const { actions, posterior } of all) {
      posterior.close();
      actions.close();
    }
  }
  expect(differing).toEqual(sets.map(() => 0));
  // The questions do not all have one answer.
  expect(answered.size).toBeGreaterThan(50);
});

test('slates of more than 64 and resident rows by the thousand are ranked alike', () => {
  const random = new RandomStream(1, 'large');
  const [d, size] = [5, 3000];
  const vectors = Float32Array.from({ length: size * d }, () => random.below(4) - 1);
  const rows = Uint32Array.from({ length: 2000 }, () => random.below(size));
  const answers = sets.map(([, kernels]) => {
    const actions = kernels.actions(d);
    for (let row = 0; row < size; row += 500) {
      actions.write(row, vectors.subarray(row * d, (row + 500) * d));
    }
    const posterior = kernels.posterior(d, 1, new Float64Array(d).fill(1));
    return [3, 64, 65, 500, 2000].flatMap((count) => {
      const picks = new Uint32Array(count);
      const ranking = { actions, rows, context: null, offsets: null, picks, scores: null };
      posterior.greedy(ranking);
      const greedy = [...picks];
      posterior.upperBound(ranking, 0.5);
      return [...greedy, ...picks];
    });
  });
  for (const answer of answers) expect(answer).toEqual(answers[answers.length - 1]);
});
