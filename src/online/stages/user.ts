/** Who asks? The person's vector and what they have seen, from the snapshot and everything observed since. */

import type { RequestContext } from '../../funnel/context.ts';
import type { QueryHydrator } from '../../funnel/stage.ts';
import type { People } from '../people.ts';
import { onlyOptions, type StageOptions } from './options.ts';

/** Names under which the hydrator writes. */
const VECTOR = 'vector';
const SEEN = 'seen';

/** The query hydrator `user`: provides `vector` and `seen`. It has no options. */
export function userHydrator(people: People, options: StageOptions): QueryHydrator {
  onlyOptions('user', options, []);
  return {
    name: 'user',
    onFailure: 'closed',
    provides: [VECTOR, SEEN],
    hydrateQuery({ userNumber, query }) {
      query.set(VECTOR, people.vectorOf(userNumber));
      query.set(SEEN, people.seenBy(userNumber));
    },
    toJSON: () => ({ use: 'user' }),
  };
}

/** The vector that the `user` hydrator found. */
export function vectorOf(context: RequestContext): Float32Array {
  return context.query.get(VECTOR) as Float32Array;
}

/** The seen rows that the `user` hydrator found. */
export function seenBy(context: RequestContext): Uint32Array {
  return context.query.get(SEEN) as Uint32Array;
}
