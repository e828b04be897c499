import { describe, expect, test } from 'vitest';
import type { DecisionKernels, Ranking } from '../../../src/decisions/kernels/kernels.ts';
import { decisionKernels } from '../../../src/decisions/kernels/select.ts';
import { type ErrorCode, SluiceError } from '../../../src/errors.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { backends, normalRows } from './each-backend.ts';

const f32 = (...numbers: number[]) => Float32Array.from(numbers);
const detached = <T extends ArrayBufferView>(view: T): T => {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
  return view;
};
const refused = (code: ErrorCode, act: () => unknown) => {
  expect(act).toThrow(expect.objectContaining({ code }));
};

describe.each(backends)('wrong input to the %s kernels', (_, kernels) => {
  const d = 3;
  const make = (from: DecisionKernels = kernels) => {
    const actions = from.actions(d);
    actions.write(0, f32(1, 2, 3, 4, 5, 6));
    const posterior = from.posterior(d, 1);
    posterior.learn(f32(1, 0, -1), 1, 0.5);
    const ranking: Ranking = {
      ...{ actions, rows: Uint32Array.of(1, 0), context: null, offsets: null },
      ...{ picks: new Uint32Array(2), scores: new Float32Array(2) },
    };
    return { actions, posterior, ranking };
  };

  test.each<[string, ErrorCode, Partial<Ranking>]>([
    ['a row that is not there', 'ERR_SLUICE_INVALID_ARGUMENT', { rows: Uint32Array.of(0, 2) }],
    ['a row far beyond', 'ERR_SLUICE_INVALID_ARGUMENT', { rows: Uint32Array.of(0xffffffff, 0) }],
    ['rows of another type', 'ERR_SLUICE_INVALID_ARGUMENT', { rows: [0, 1] as never }],
    ['detached rows', 'ERR_SLUICE_DETACHED_BUFFER', { rows: detached(Uint32Array.of(0, 1)) }],
    ['a context of another length', 'ERR_SLUICE_DIMENSION_MISMATCH', { context: f32(1, 2) }],
    ['a context with NaN', 'ERR_SLUICE_NON_FINITE', { context: f32(1, 2, Number.NaN) }],
    ['offsets of another length', 'ERR_SLUICE_DIMENSION_MISMATCH', { offsets: f32(1) }],
    ['offsets with NaN', 'ERR_SLUICE_NON_FINITE', { offsets: f32(1, Number.NaN) }],
    ['scores of another length', 'ERR_SLUICE_DIMENSION_MISMATCH', { scores: new Float32Array(3) }],
    ['detached picks', 'ERR_SLUICE_DETACHED_BUFFER', { picks: detached(new Uint32Array(2)) }],
    ['picks of another type', 'ERR_SLUICE_INVALID_ARGUMENT', { picks: new Int32Array(2) as never }],
  ])('%s: refused with a code, and nothing is written', (_, code, wrong) => {
    const { posterior, ranking } = make();
    const asked = { ...ranking, ...wrong };
    refused(code, () => posterior.greedy(asked));
    refused(code, () => posterior.sample(asked, 1, 0, 0));
    refused(code, () => posterior.upperBound(asked, 1));
    expect(ranking.scores).toEqual(new Float32Array(2));
    expect(ranking.picks).toEqual(new Uint32Array(2));
  });

  test('actions of another dimension, of other kernels or closed are refused', () => {
    const { posterior, ranking, actions } = make();
    refused('ERR_SLUICE_DIMENSION_MISMATCH', () =>
      posterior.greedy({ ...ranking, actions: kernels.actions(4) }),
    );
    refused('ERR_SLUICE_INVALID_ARGUMENT', () => posterior.greedy({ ...ranking, actions: {} as never }));
    const other = backends.find(([, each]) => each !== kernels)?.[1];
    if (other !== undefined) {
      refused('ERR_SLUICE_INVALID_ARGUMENT', () =>
        posterior.greedy({ ...ranking, actions: make(other).actions }),
      );
    }
    actions.close();
    actions.close();
    refused('ERR_SLUICE_CLOSED', () => posterior.greedy(ranking));
    refused('ERR_SLUICE_CLOSED', () => actions.write(0, f32(1, 2, 3)));
    posterior.close();
    posterior.close();
    refused('ERR_SLUICE_CLOSED', () => posterior.mean());
    refused('ERR_SLUICE_CLOSED', () => posterior.learn(f32(1, 2, 3), 1, 1));
  });

  test('no rows and no picks are no error; picks longer than the rows are filled in part', () => {
    const { posterior, ranking } = make();
    const none = { ...ranking, rows: new Uint32Array(0), scores: null };
    for (const act of ['greedy', 'upperBound'] as const) {
      const picks = new Uint32Array(4).fill(9);
      posterior[act]({ ...none, picks }, 1);
      expect([...picks]).toEqual([9, 9, 9, 9]);
      posterior[act]({ ...ranking, picks }, 1);
      expect([...picks.slice(0, 2)].sort()).toEqual([0, 1]);
      expect([...picks.slice(2)]).toEqual([9, 9]);
      posterior[act]({ ...ranking, picks: new Uint32Array(0) }, 1);
    }
  });

  test('a posterior learns nothing from what is not finite, and forgets nothing by what is no share', () => {
    const { posterior } = make();
    const before = posterior.snapshot();
    refused('ERR_SLUICE_NON_FINITE', () => posterior.learn(f32(1, Number.NaN, 0), 1, 1));
    refused('ERR_SLUICE_NON_FINITE', () => posterior.learn(f32(1, 2, 3), Number.NaN, 1));
    refused('ERR_SLUICE_NON_FINITE', () => posterior.learn(f32(1, 2, 3), -1, 1));
    refused('ERR_SLUICE_NON_FINITE', () => posterior.learn(f32(1, 2, 3), 1, Number.POSITIVE_INFINITY));
    refused('ERR_SLUICE_DIMENSION_MISMATCH', () => posterior.learn(f32(1, 2), 1, 1));
    for (const keep of [0, -1, 1.5, Number.NaN, 1e-40]) {
      refused('ERR_SLUICE_INVALID_ARGUMENT', () => posterior.forget(keep));
    }
    expect(posterior.snapshot()).toEqual(before);
    posterior.learn(f32(3e38, -3e38, 3e38), 1e100, 1e100);
    posterior.forget(1);
    expect(posterior.mean().every(Number.isFinite)).toBe(true);
    expect(posterior.predict(f32(1, 2, 3)).width).toBeGreaterThanOrEqual(0);
  });

  test('rows with a gap, of half a vector or not finite are refused, and nothing is written', () => {
    const { actions, posterior, ranking } = make();
    posterior.greedy(ranking);
    const before = ranking.scores?.slice();
    refused('ERR_SLUICE_INVALID_ARGUMENT', () => actions.write(3, f32(1, 2, 3)));
    refused('ERR_SLUICE_INVALID_ARGUMENT', () => actions.write(-1, f32(1, 2, 3)));
    refused('ERR_SLUICE_DIMENSION_MISMATCH', () => actions.write(0, f32(1, 2)));
    refused('ERR_SLUICE_NON_FINITE', () => actions.write(0, f32(7, 7, 7, 1, Number.POSITIVE_INFINITY, 2)));
    expect(actions.size).toBe(2);
    posterior.greedy(ranking);
    expect(ranking.scores).toEqual(before);
  });

  test('states of another dimension or that no posterior has are refused', () => {
    const { posterior } = make();
    const state = posterior.snapshot();
    const changed = (at: number, value: number) => state.with(at, value);
    for (const wrong of [
      kernels.posterior(4, 1).snapshot(),
      new Float64Array(0),
      changed(1, 0),
      changed(1, Number.NaN),
      changed(2, 3),
      changed(2, 0.5),
      changed(3, -1),
      changed(5, Number.POSITIVE_INFINITY),
    ]) {
      refused('ERR_SLUICE_INVALID_ARGUMENT', () => posterior.restore(wrong));
    }
    expect(posterior.snapshot()).toEqual(state);
    posterior.restore(state);
  });

  test('scores that are no scores, and numbers that are none, are refused', () => {
    const out = new Float64Array(2);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      refused('ERR_SLUICE_NON_FINITE', () => kernels.inverseGap(f32(1, bad), 1, 0, null));
      refused('ERR_SLUICE_NON_FINITE', () =>
        kernels.plackettLuce(f32(1, bad), 1, 0, 0, new Uint32Array(1), out),
      );
    }
    refused('ERR_SLUICE_INVALID_ARGUMENT', () => kernels.inverseGap(f32(), 1, 0, null));
    refused('ERR_SLUICE_INVALID_ARGUMENT', () => kernels.inverseGap(f32(1), -1, 0, null));
    refused('ERR_SLUICE_INVALID_ARGUMENT', () => kernels.inverseGap(f32(1), 1, 1, null));
    refused('ERR_SLUICE_DIMENSION_MISMATCH', () => kernels.inverseGap(f32(1), 1, 0, out));
    for (const temperature of [0, -1, Number.NaN]) {
      refused('ERR_SLUICE_INVALID_ARGUMENT', () =>
        kernels.plackettLuce(f32(1), temperature, 0, 0, new Uint32Array(1), out),
      );
    }
    refused('ERR_SLUICE_DIMENSION_MISMATCH', () =>
      kernels.plackettLuce(f32(1, 2, 3), 1, 0, 0, new Uint32Array(3), out),
    );
    for (const dimension of [0, 1.5, 5000, Number.NaN]) {
      refused('ERR_SLUICE_INVALID_ARGUMENT', () => kernels.actions(dimension));
      refused('ERR_SLUICE_INVALID_ARGUMENT', () => kernels.posterior(dimension, 1));
    }
    refused('ERR_SLUICE_INVALID_ARGUMENT', () => kernels.posterior(2, 0));
    refused('ERR_SLUICE_DIMENSION_MISMATCH', () => kernels.posterior(2, 1, new Float64Array(3)));
  });

  test('outputs that share memory with inputs harm nobody', () => {
    const { posterior, ranking } = make();
    const picks = new Uint32Array(1);
    posterior.greedy({ ...ranking, picks });
    const rows = Uint32Array.of(1, 0);
    posterior.greedy({ ...ranking, rows, picks: rows.subarray(0, 1) });
    expect(rows[0]).toBe(picks[0]);
  });

  test('a thousand random calls, many of them wrong, end in an answer or a SluiceError', () => {
    const random = new RandomStream(9, 'fuzz');
    const odd = () => [0, 1, -1, 0.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32][random.below(8)];
    const { actions, posterior, ranking } = make();
    const wrongly = () => ({
      ...ranking,
      rows: Uint32Array.from({ length: random.below(4) }, () => random.below(3)),
      context: random.below(2) === 0 ? null : normalRows(random, 1, 2 + random.below(3)),
      offsets: random.below(2) === 0 ? null : Float32Array.from({ length: random.below(4) }, odd),
      picks: new Uint32Array(random.below(4)),
      scores: random.below(2) === 0 ? null : new Float32Array(random.below(4)),
    });
    const calls = [
      () => posterior.greedy(wrongly()),
      () => posterior.sample(wrongly(), odd(), odd(), odd()),
      () => posterior.upperBound(wrongly(), odd()),
      () => posterior.learn(Float32Array.from({ length: 3 }, odd), odd(), odd()),
      () => posterior.forget(odd()),
      () => actions.write(odd(), Float32Array.from({ length: 3 * random.below(3) }, odd)),
      () => kernels.inverseGap(Float32Array.from({ length: random.below(40) }, odd), odd(), odd(), null),
    ];
    for (let i = 0; i < 1000; i++) {
      try {
        calls[random.below(calls.length)]();
      } catch (error) {
        expect(SluiceError.is(error)).toBe(true);
        expect((error as SluiceError).code).not.toBe('ERR_SLUICE_INTERNAL');
      }
    }
    expect(posterior.predict(f32(1, 1, 1)).width).toBeGreaterThanOrEqual(0);
  });
});

test('kernels by another name are refused', () => {
  refused('ERR_SLUICE_INVALID_ARGUMENT', () => decisionKernels('cuda' as never));
  expect(decisionKernels('auto')).toBe(backends[0][1]);
});
