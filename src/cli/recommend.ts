/** `sluice recommend`: what should this person see now? */

import { type BackendChoice, type Catalog, Engine } from '../index.ts';
import { latestSnapshot, statePath } from './home.ts';
import { answer } from './output.ts';
import { fitted, fixed, table } from './table.ts';

interface Options {
  readonly user: string;
  readonly count: number;
  readonly home: string;
  readonly backend: BackendChoice;
  readonly json?: boolean;
}

/** Opens the newest snapshot of the home and prints one slate. */
export async function recommend({ user, count, home, backend, json = false }: Options): Promise<void> {
  const engine = await Engine.open({ snapshot: await latestSnapshot(home), state: statePath(home), backend });
  try {
    // A first request pays for code that has not run before; a command that asks once allows for that.
    const slate = await engine.recommend({ user, count, deadlineMs: 5000 });
    await engine.flush();
    const items = slate.items.map((item) => ({ ...item, title: titleOf(engine.catalog, item.id) }));
    answer(json, { ...slate, items }, () =>
      [
        table([
          ['title', 'id', 'P(success)', ''],
          ...items.map(({ title, id, receipt }) => [
            fitted(title, 36),
            fitted(id, 12),
            fixed(receipt.scores['probability'], 4),
            fitted(receipt.reasons.join(', '), 14),
          ]),
        ]),
        `${slate.ms.toFixed(1)} ms, decision ${slate.decisionId}${slate.degraded ? ', degraded' : ''}`,
      ].join('\n'),
    );
  } finally {
    await engine.close();
  }
}

/** The item's title where the catalogue has one, else its id. */
function titleOf(catalog: Catalog, id: string): string {
  const column = catalog.columns.get('title');
  const title = column?.kind === 'text' ? column.at(catalog.rowOf(id) as number) : '';
  return title === '' ? id : title;
}
