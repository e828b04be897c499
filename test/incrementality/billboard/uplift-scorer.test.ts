import { expect, test } from 'vitest';
import {
  DEFAULT_FUNNEL,
  IncrementalBillboard,
  learnedUpliftScorer,
  upliftScorer,
} from '../../../src/index.ts';
import { engineFor, ITEMS } from '../../online/trained.ts';

test('uplift stands in the receipt of every item: from counts, or from a learner', async () => {
  const billboard = new IncrementalBillboard({ arms: ITEMS });
  for (const scorer of [
    upliftScorer(billboard),
    learnedUpliftScorer({ predict: (features) => features.map((x) => x / 2) }, (_, candidates) =>
      Float64Array.from(candidates.column('probability')),
    ),
  ]) {
    const { engine } = await engineFor({
      funnel: { ...DEFAULT_FUNNEL, scorers: [{ use: 'probability' }, { use: 'uplift' }] },
      stages: () => ({ scorers: { uplift: () => scorer } }),
    });
    const { items } = await engine.recommend({ user: 'user-1', count: 3 });
    // Before any outcome half of a play is taken to come about anyway.
    for (const { receipt } of items) {
      expect(receipt.uplift).toBeCloseTo(receipt.scores['probability'] / 2, 5);
    }
  }
});
