import { describe, expect, test } from 'vitest';
import { Funnel } from '../../src/funnel/funnel.ts';
import { funnelFromJson } from '../../src/funnel/funnel-json.ts';
import { runFunnel } from '../../src/funnel/run.ts';
import type { Selection } from '../../src/funnel/stage.ts';
import { context, dropOdd, greedy, planner, scorer, source } from './stages.ts';

const invalid = expect.objectContaining({ code: 'ERR_SLUICE_FUNNEL_INVALID' });
const parts = {
  sources: [source('a', [2, 4])],
  scorers: [scorer('score', [], 'probability')],
  selector: greedy('probability'),
};

describe('a funnel as JSON is refused', () => {
  const none = {};
  const registry = {
    queryHydrators: none,
    sources: { a: () => source('a', [2]) },
    hydrators: none,
    filters: { even: () => dropOdd },
    scorers: { score: () => scorer('score', [], 'probability') },
    selectors: { greedy: () => greedy('probability') },
    reasoners: none,
    sideEffects: none,
  };
  const json = { sources: [{ use: 'a' }], scorers: [{ use: 'score' }], selector: { use: 'greedy' } };

  test.each([
    ['when it is nothing', null],
    ['when it is a list', []],
    ['when a role is misspelt, since its stages would be left out', { ...json, filter: [{ use: 'even' }] }],
    ['when the stages of a role are no list', { ...json, filters: { use: 'even' } }],
    ['when a stage is a bare name', { ...json, filters: ['even'] }],
    ['when the options of a stage have another name', { ...json, sources: [{ use: 'a', options: {} }] }],
    ['when the options of a stage are no object', { ...json, sources: [{ use: 'a', with: [1] }] }],
    ['when it has no source', { scorers: json.scorers, selector: json.selector }],
    ['when it has no selector', { sources: json.sources }],
  ])('%s', (_, wrong) => {
    expect(funnelFromJson(json, registry)).toBeInstanceOf(Funnel);
    expect(() => funnelFromJson(wrong as never, registry)).toThrowError(invalid);
  });
});

describe('the wiring is refused', () => {
  test('for 32 sources and a fallback, since a mark has 32 bits', () => {
    const sources = Array.from({ length: 32 }, (_, s) => source(`s${s}`, [s]));
    expect(new Funnel({ ...parts, sources })).toBeInstanceOf(Funnel);
    expect(() => new Funnel({ ...parts, sources, fallback: source('f', [1]) })).toThrowError(invalid);
  });

  test('when any stage needs what no query hydrator before it provides', () => {
    const needs = ['plan'];
    const needy = {
      queryHydrators: [planner({ name: 'other', provides: [], needs }), planner()],
      filters: [{ ...dropOdd, needs }],
      scorers: [scorer('score', [], 'probability', { needs })],
      selector: greedy('probability', { needs }),
    };
    for (const [role, stages] of Object.entries(needy)) {
      expect(() => new Funnel({ ...parts, [role]: stages })).toThrowError(invalid);
    }
    const { filters } = needy;
    expect(new Funnel({ ...parts, filters, queryHydrators: [planner()] })).toBeInstanceOf(Funnel);
  });
});

describe('the answer of a stage is refused', () => {
  const selecting = (change: (selection: Selection) => Partial<Selection>) => {
    const honest = greedy('probability');
    return greedy('probability', {
      select: (request, candidates) => {
        const selection = honest.select(request, candidates) as Selection;
        return { ...selection, ...change(selection) };
      },
    });
  };
  const picks = (...entries: number[]) => ({
    picks: Uint32Array.from(entries),
    propensities: new Float64Array(entries.length).fill(1),
    estimate: () => new Float64Array(entries.length).fill(1),
  });

  test.each([
    ['a pick outside its pool', selecting(() => ({ choice: picks(0, 2) }))],
    ['a pick repeated', selecting(() => ({ choice: picks(1, 1) }))],
    [
      'a row that is no candidate',
      selecting(() => ({ pool: { rows: Uint32Array.of(2, 9), scores: Float32Array.of(0.1, 0.2) } })),
    ],
  ])('when a selector gives %s', async (_, selector) => {
    await expect(runFunnel(new Funnel({ ...parts, selector }), context())).rejects.toEqual(invalid);
  });

  test('when a hydrator gives fewer columns than it declared', async () => {
    const hydrator = {
      name: 'facts',
      onFailure: 'closed' as const,
      reads: [],
      writes: ['year', 'length'],
      hydrate: () => [new Float32Array(2)],
      toJSON: () => ({ use: 'facts' }),
    };
    await expect(runFunnel(new Funnel({ ...parts, hydrators: [hydrator] }), context())).rejects.toEqual(
      invalid,
    );
  });
});
