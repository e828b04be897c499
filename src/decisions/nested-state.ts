/** How does a policy made of others keep their states? Each column under the name of its part. */

import type { PolicyState } from '../funnel/policy.ts';

/** The states of several parts as one. @param parts by name; names hold no "/". */
export function nest(parts: Readonly<Record<string, PolicyState>>): PolicyState {
  const all: Record<string, Float64Array> = {};
  for (const [part, state] of Object.entries(parts)) {
    for (const [column, values] of Object.entries(state)) all[`${part}/${column}`] = values;
  }
  return all;
}

/** The state of one part; empty where there is none. */
export function nested(state: PolicyState, part: string): PolicyState {
  const own = Object.entries(state).filter(([column]) => column.startsWith(`${part}/`));
  return Object.fromEntries(own.map(([column, values]) => [column.slice(part.length + 1), values]));
}
