/** What does the engine's own decision log say about a target policy? */

import { stat } from 'node:fs/promises';
import {
  BetaThompson,
  type DecidedSlate,
  DecisionLog,
  type DecisionTarget,
  decisionChoices,
  decisionKernels,
  decisionSlates,
  EpsilonGreedy,
  EventLog,
  KeyMap,
  LinTs,
  LinUcb,
  openLmdbStore,
  openSnapshot,
  PlackettLuce,
  type Policy,
  Settlement,
  SharedModel,
  SluiceError,
  type Snapshot,
  type Store,
} from '../../index.ts';
import { latestSnapshot, statePath } from '../home.ts';
import type { OpeOptions } from '../ope.ts';

/** The policies of an engine by name, over a snapshot, with their default settings (Plackett-Luce over scores, temperature 0.1); they
 * have learned nothing. */
const POLICIES: Readonly<Record<string, (snapshot: Snapshot) => Policy>> = {
  greedy: ({ catalog }) => new EpsilonGreedy({ arms: catalog.size, epsilon: 0 }),
  'epsilon-greedy': ({ catalog }) => new EpsilonGreedy({ arms: catalog.size }),
  thompson: ({ catalog }) => new BetaThompson({ arms: catalog.size }),
  'lin-ucb': (snapshot) => new LinUcb({ model: modelOver(snapshot) }),
  'plackett-luce': () => new PlackettLuce({ kernels: decisionKernels(), temperature: 0.1 }),
  'lin-ts': (snapshot) => new LinTs({ model: modelOver(snapshot) }),
};

/** One theta over the products of the person's and the items' vectors. */
function modelOver({ items: { dimension, factors } }: Snapshot): SharedModel {
  return new SharedModel({ kernels: decisionKernels(), dimension, vectors: factors, context: true });
}

/** Reads the settled decisions of a home and works out what the target would have done. Changes nothing there. */
export async function judgeDecisions(options: OpeOptions) {
  const state = statePath(options.home);
  if (!(await stat(state).catch(() => null))) {
    throw new SluiceError(
      'ERR_SLUICE_DATA_NOT_FOUND',
      `Expected a state directory at ${state} but there is none`,
      {
        remedy: 'Name the home of an engine by --home DIR, or a log by --format obd --log FILE.',
      },
    );
  }
  const { target, snapshot } = await targetOf(options);
  const store = await openLmdbStore({ directory: state });
  try {
    const { decided, unsettled, others } = settledDecisions(store, snapshot);
    const { place, teach, seed } = options;
    const reason = 'the log holds too few decisions that could be judged by';
    if (options.slates === true) {
      const { slates, taught, left } = decisionSlates(decided, target, { teach, seed });
      const about = { home: options.home, taught, leftOut: { ...left, otherSnapshot: others, unsettled } };
      return slates === null ? { ...about, reason } : { ...about, slates };
    }
    const { choices, taught, left } = decisionChoices(decided, target, { place: place - 1, teach, seed });
    const about = {
      home: options.home,
      place,
      taught,
      leftOut: { ...left, otherSnapshot: others, unsettled },
    };
    return choices === null ? { ...about, reason } : { ...about, choices };
  } finally {
    await store.close();
  }
}

/** The target, and the snapshot whose rows it speaks of; null for one that fits all. */
async function targetOf({
  target,
  home,
}: OpeOptions): Promise<{ target: DecisionTarget; snapshot: string | null }> {
  if (target === 'uniform' || target === 'logged') return { target, snapshot: null };
  if (!Object.hasOwn(POLICIES, target)) {
    throw new SluiceError(
      'ERR_SLUICE_INVALID_ARGUMENT',
      `Expected a target policy but received ${JSON.stringify(target)}`,
      { remedy: `Name one of uniform, logged, ${Object.keys(POLICIES).join(', ')}.` },
    );
  }
  const newest: Snapshot = await openSnapshot(await latestSnapshot(home));
  return { target: POLICIES[target](newest), snapshot: newest.hash };
}

/** The settled decisions, in the order of settlement, of one snapshot if one is named. */
function settledDecisions(store: Store, snapshot: string | null) {
  const decisions = new DecisionLog(store);
  const events = new EventLog(store, new KeyMap(store));
  const settlement = new Settlement({ store, events, decisions, catalogOf: async () => undefined });
  const decided: DecidedSlate[] = [];
  const settled = new Set<string>();
  let others = 0;
  for (const { decisionId, rewards } of settlement.replay()) {
    settled.add(decisionId);
    const record = decisions.get(decisionId);
    if (!record) continue;
    if (snapshot !== null && record.snapshot !== snapshot) others++;
    else decided.push({ record, rewards });
  }
  let unsettled = 0;
  for (const { decisionId } of decisions.range()) if (!settled.has(decisionId)) unsettled++;
  return { decided, unsettled, others };
}
