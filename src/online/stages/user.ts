/** Who asks? The person's vector and what they have seen, from the snapshot and everything observed since. */

import { SluiceError } from '../../errors.ts';
import type { RequestContext } from '../../funnel/context.ts';
import type { QueryHydrator } from '../../funnel/stage.ts';
import type { People } from '../people.ts';
import { onlyOptions, type StageOptions } from './options.ts';

/** Names under which the hydrator writes; a stage that reads one needs it. */
export const VECTOR = 'vector';
export const SEEN = 'seen';

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

/** The vector that the `user` hydrator found. @throws ERR_SLUICE_FUNNEL_INVALID where none did. */
export function vectorOf(context: RequestContext): Float32Array {
  return found(context, VECTOR) as Float32Array;
}

/** The seen rows that the `user` hydrator found, ascending. @throws ERR_SLUICE_FUNNEL_INVALID where none did. */
export function seenBy(context: RequestContext): Uint32Array {
  return found(context, SEEN) as Uint32Array;
}

/** A hydrator of the caller's may have been late or failed open: nothing is then known, rather than nothing seen. */
function found({ query }: RequestContext, name: string): unknown {
  const value = query.get(name);
  if (value !== undefined) return value;
  throw new SluiceError(
    'ERR_SLUICE_FUNNEL_INVALID',
    `Expected "${name}" but no query hydrator has written it`,
  );
}
