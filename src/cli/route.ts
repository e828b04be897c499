/** `sluice route`: would reasoning be bought for this request, and why? Nothing is bought. */

import {
  type BackendChoice,
  Engine,
  ROUTE_FEATURES,
  ROUTE_REASONS,
  type RouteDecision,
  type RouteRequest,
  Router,
} from '../index.ts';
import { latestSnapshot, statePath } from './home.ts';
import { answer } from './output.ts';
import { NANO, type ReasoningFlags, reasoningOf } from './reasoning.ts';
import { fixed, table, wrapped } from './table.ts';

interface Options extends ReasoningFlags {
  readonly user: string;
  readonly query: string;
  readonly budget: number;
  readonly deadline: number;
  readonly home: string;
  readonly backend: BackendChoice;
  readonly explain?: boolean;
  readonly json?: boolean;
}

interface Decided {
  readonly decision: RouteDecision;
  readonly features: Float64Array;
}

/** Serves the request on the fast path, and prints what the router would have bought. */
export async function route(options: Options): Promise<void> {
  const { user, query, budget, deadline, home, backend, explain = false, json = false } = options;
  const decided: Decided[] = [];
  const reasoning = await reasoningOf({ ...options, model: options.model ?? 'openai/gpt-5-mini' }, (router) =>
    dryRun(router, decided),
  );
  const engine = await Engine.open({
    snapshot: await latestSnapshot(home),
    state: statePath(home),
    backend,
    reasoning,
  });
  try {
    await engine.recommend({ user, query, budget: Math.round(budget * NANO), deadlineMs: deadline });
    await engine.flush();
  } finally {
    await engine.close();
  }
  const decisions = decided.map(({ decision, features }) => ({
    ...decision,
    because: ROUTE_REASONS[decision.reason],
    ...(explain && { features: Object.fromEntries(ROUTE_FEATURES.map((name, i) => [name, features[i]])) }),
  }));
  answer(json, { query, value: options.value, decisions }, () => text(decided, options.value, explain));
}

/** A router that decides and buys nothing. */
function dryRun(router: Router, decided: Decided[]): Router {
  return new (class extends Router {
    override decide(request: RouteRequest, features: Float64Array): RouteDecision {
      const decision = router.decide(request, features);
      decided.push({ decision, features });
      return { ...decision, buy: false };
    }
  })();
}

function text(decided: readonly Decided[], value: number, explain: boolean): string {
  const lines = decided.flatMap(({ decision, features }) => {
    const { purpose, buy, reason, gain, cost, lambda, version } = decision;
    const price = cost === null ? 'unknown' : dollars((lambda * cost) / NANO);
    return [
      wrapped(`${purpose}: would ${buy ? '' : 'not '}be bought: ${ROUTE_REASONS[reason]}.`),
      wrapped(
        `  gain ${fixed(gain.mean, 3)} [${fixed(gain.low, 3)}, ${fixed(gain.high, 3)}] by model ${version}, worth at least ${dollars(value * gain.low)}; price at most ${price}`,
      ),
      ...(explain
        ? [
            table([
              ['  feature', 'value'],
              ...ROUTE_FEATURES.map((name, i) => [`  ${name}`, fixed(features[i], 3)]),
            ]),
          ]
        : []),
    ];
  });
  return lines.join('\n');
}

const dollars = (amount: number): string => `${amount < 0 ? '-' : ''}$${Math.abs(amount).toFixed(6)}`;
