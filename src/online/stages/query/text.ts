/** Which items hold the words? Text search for what the plan has left as words. */

import type { TextIndex } from '../../../catalog/text-index/text-index.ts';
import { SluiceError } from '../../../errors.ts';
import type { Source } from '../../../funnel/stage.ts';
import { onlyOptions, type StageOptions, wholeOption } from '../options.ts';
import { PLAN, plannedOf } from './plan.ts';

/**
 * The source `text`: the catalogue's text index, asked for the words that no constraint has taken, among the rows that
 * the constraints allow; for all words of a plain look-up, which finds titles like it. Words of grammar alone, as in
 * "what shall I watch tonight", find nothing here: what fits the person answers them. Options: `k`, items to retrieve
 * (default 1000).
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
      // A search knows no "not": what is denied is no word of it.
      const left = [...plan.moods.filter((mood) => !mood.startsWith('no ')), ...plan.residual].join(' ');
      const words = left === '' && plan.title.length > 0 ? (context.text ?? '') : left;
      if (words === '') return { rows: new Uint32Array(0), scores: new Float32Array(0) };
      if (index instanceof SluiceError) throw index;
      const { signal } = context;
      return index.search(words, { k, ...(allowed && { filter: allowed }), ...(signal && { signal }) });
    },
    toJSON: () => ({ use: 'text', with: { k } }),
  };
}
