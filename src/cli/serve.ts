/** `sluice serve`: the engine behind HTTP until it is told to stop. */

import { type BackendChoice, Engine } from '../index.ts';
import { serve } from '../service/http.ts';
import { latestSnapshot, statePath } from './home.ts';
import { answer } from './output.ts';
import { NANO, type ReasoningFlags, reasoningOf } from './reasoning.ts';

interface Options extends ReasoningFlags {
  readonly dayBudget?: number;
  readonly host: string;
  readonly port: number;
  readonly home: string;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

/** Serves the newest snapshot of the home; on SIGINT or SIGTERM it answers what is open and closes the log. */
export async function serveCommand(options: Options): Promise<void> {
  const { host, port, home, backend, dayBudget, json = false } = options;
  const reasoning = await reasoningOf(options);
  const limits = dayBudget === undefined ? {} : { limits: { day: Math.round(dayBudget * NANO) } };
  const engine = await Engine.open({
    snapshot: await latestSnapshot(home),
    state: statePath(home),
    backend,
    ...(reasoning && { reasoning: { ...reasoning, ...limits } }),
    onError: (error) =>
      process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`),
  });
  try {
    const service = await serve(engine, { host, port });
    const { backend: name, snapshot } = engine;
    answer(
      json,
      { url: service.url, backend: name, snapshot },
      () => `Listening on ${service.url} (${name})`,
    );
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await service.close();
  } finally {
    await engine.close();
  }
}
