/** What do the stages know of a request? Everything that was asked, the account that it spends from, and its draws. */

import type { RequestContext } from '../funnel/context.ts';
import { Receipt } from '../funnel/receipt.ts';
import { checkText } from '../log/event-check.ts';
import { RandomStream } from '../numerics/random.ts';
import type { checkRequest } from './requests.ts';
import { PARSED } from './stages/query/plan.ts';
import type { Words } from './words.ts';

/** Items of a slate where nobody says how many. */
const USUAL_COUNT = 12;

/** What the engine knows beside the request. */
export interface RequestSurroundings
  extends Pick<RequestContext, 'decisionId' | 'userNumber' | 'budget' | 'seed'> {
  /** On the clock of `performance.now()`. */
  readonly started: number;
  readonly words: Words | null;
}

/** The context of one request. @throws ERR_SLUICE_INVALID_ARGUMENT for a decision id that the log cannot hold. */
export function requestContext(
  { query: text, count, deadlineMs, surface, time, signal, value }: ReturnType<typeof checkRequest>,
  { started, words, ...known }: RequestSurroundings,
): RequestContext {
  const { decisionId, seed } = known;
  checkText(decisionId, 'decisionId', 256);
  const parsed = text === null ? undefined : words?.planner.parse(text);
  return {
    ...known,
    ...{ text, surface, time, signal },
    ...(value !== undefined && { value }),
    count: count ?? parsed?.plan.count ?? USUAL_COUNT,
    deadline: started + deadlineMs,
    random: (purpose) => new RandomStream(seed, `${decisionId} ${purpose}`),
    receipt: new Receipt(),
    query: new Map(parsed && [[PARSED, parsed]]),
  };
}
