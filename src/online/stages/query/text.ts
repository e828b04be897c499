/** Which items hold the words? Text search for what the plan has left as words. */

import type { TextIndex } from '../../../catalog/text-index/text-index.ts';
import { SluiceError } from '../../../errors.ts';
import type { Source } from '../../../funnel/stage.ts';
import type { QueryPlan } from '../../../reasoning/plan.ts';
import { onlyOptions, type StageOptions, wholeOption } from '../options.ts';
import { PLAN, plannedOf } from './plan.ts';

/**
 * The source `text`: the catalogue's text index, asked for the words that no constraint has taken, among the rows that
 * the constraints allow; asked for all words where the plan understood nothing. Options: `k`, items to retrieve (default
 * 1000).
 *
 * @param index or why there is none, with which it then fails.
 */
export function textSource(index: TextIndex | SluiceError, options: StageOptions): Source {
  onlyOptions('text', options, ['k']);
  const k = wholeOption('text', options, 'k', 1000);
  return {
    name: 'text',
    onFailure: 'open',
    needs: [PLAN],
    retrieve(context) {
      const { plan, allowed } = plannedOf(context);
      const words = wordsOf(plan, context.text ?? '');
      if (words === '') return { rows: new Uint32Array(0), scores: new Float32Array(0) };
      if (index instanceof SluiceError) throw index;
      const { signal } = context;
      return index.search(words, { k, ...(allowed && { filter: allowed }), ...(signal && { signal }) });
    },
    toJSON: () => ({ use: 'text', with: { k } }),
  };
}

/** What is searched for as text. */
function wordsOf(plan: QueryPlan, text: string): string {
  const left = [...plan.moods, ...plan.residual];
  if (left.length > 0) return left.join(' ');
  const understood =
    plan.year !== null ||
    plan.minutes !== null ||
    plan.sort !== null ||
    plan.available ||
    [plan.genreAny, plan.genreNot, plan.language, plan.similarTo, plan.exclude].some(
      ({ length }) => length > 0,
    );
  return understood ? '' : text;
}
