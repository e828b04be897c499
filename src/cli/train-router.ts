/** `sluice train-router`: what does the log of a home teach about when reasoning is worth its price? */

import { stat, writeFile } from 'node:fs/promises';
import {
  DecisionLog,
  EventLog,
  fitGainToLog,
  KeyMap,
  type LoggedChoice,
  openLmdbStore,
  type RoutePurpose,
  Settlement,
  SluiceError,
  type Store,
} from '../index.ts';
import { statePath } from './home.ts';
import { answer } from './output.ts';
import { wrapped } from './table.ts';

interface Options {
  readonly purpose: RoutePurpose;
  readonly home: string;
  readonly out: string;
  readonly seed: number;
  readonly json?: boolean;
}

/**
 * Fits a gain model to the settled decisions of a home and writes it as JSON, for `--gain` and `GainModel.fromJSON`. The
 * quality of a slate is its largest reward: whether the person found something there. Changes nothing in the home.
 */
export async function trainRouter({ purpose, home, out, seed, json = false }: Options): Promise<void> {
  const state = statePath(home);
  if (!(await stat(state).catch(() => null))) {
    throw new SluiceError(
      'ERR_SLUICE_DATA_NOT_FOUND',
      `Expected a state directory at ${state} but there is none`,
      { remedy: 'Name the home of an engine by --home DIR.' },
    );
  }
  const store = await openLmdbStore({ directory: state });
  let choices: LoggedChoice[];
  try {
    choices = [...loggedChoices(store, purpose)];
  } finally {
    await store.close();
  }
  const open = choices.filter(({ propensity }) => propensity < 1).length;
  if (open === 0) {
    throw new SluiceError(
      'ERR_SLUICE_DATA_INVALID',
      `Expected settled decisions in which chance had a part in buying a ${purpose} but received ${choices.length} in all and none of those`,
      { remedy: 'Serve with a router whose `exploration` is above 0 until outcomes have settled.' },
    );
  }
  const model = fitGainToLog(choices, { seed });
  await writeFile(out, `${JSON.stringify(model, null, 1)}\n`).catch((cause: unknown) => {
    throw new SluiceError('ERR_SLUICE_STORE_FAILED', `Expected to write ${out} but it cannot be written`, {
      cause,
    });
  });
  const bought = choices.filter((choice) => choice.bought).length;
  const told = { out, purpose, version: model.version, decisions: choices.length, bought, outcomes: open };
  answer(json, told, () =>
    wrapped(
      `${out}: gain of a ${purpose}, version ${model.version}, from ${open} of ${choices.length} settled decisions in which chance had a part; ${bought} were bought.`,
    ),
  );
}

function* loggedChoices(store: Store, purpose: RoutePurpose): Generator<LoggedChoice> {
  const decisions = new DecisionLog(store);
  const events = new EventLog(store, new KeyMap(store));
  const settlement = new Settlement({ store, events, decisions, catalogOf: async () => undefined });
  for (const { decisionId, rewards } of settlement.replay()) {
    const quality = rewards.reduce((most, reward) => Math.max(most, reward), 0);
    for (const routing of decisions.get(decisionId)?.routings ?? []) {
      if (routing.purpose !== purpose) continue;
      const { features, bought, propensity } = routing;
      // Words are not kept in the log: they would outlive the wish to be forgotten.
      yield { features, bought, propensity, quality, text: '' };
    }
  }
}
