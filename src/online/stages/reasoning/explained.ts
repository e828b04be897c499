/** Why is this item in the answer to a sentence? Facts of the catalogue; a model's words where they are such facts. */

import type { Catalog } from '../../../catalog/catalog.ts';
import type { RequestContext } from '../../../funnel/context.ts';
import { Explainer } from '../../../reasoning/rerankers/explainer.ts';
import { plannedOf } from '../query/plan.ts';
import { SAID } from './listwise.ts';

/** Explains items of the answer to a request, by row; empty where nothing is to be said. */
export function explainerOf(context: RequestContext, catalog: Catalog): (row: number) => string {
  const explainer = new Explainer(catalog);
  const { plan } = plannedOf(context);
  const said = context.query.get(SAID) as ReadonlyMap<number, string> | undefined;
  return (row) => explainer.explain(row, plan, said?.get(row));
}
