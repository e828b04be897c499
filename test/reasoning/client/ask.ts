/** Questions to a simulated model, for the tests of the client. */

import { type BudgetReservation, RequestBudget } from '../../../src/funnel/budget.ts';
import { readJsonObject } from '../../../src/reasoning/client/json-answer.ts';
import { ModelClient, type ModelClientOptions } from '../../../src/reasoning/client/model-client.ts';
import type { Answered, Question, Refused } from '../../../src/reasoning/client/question.ts';
import { SimulatedModel, type SimulatedModelOptions } from '../../../src/simulation/simulated-model.ts';
import { VirtualClock } from '../../../src/simulation/virtual-clock.ts';

export const asking = {
  purpose: 'rerank',
  prompt: { system: 'Answer in JSON.', user: 'Order A, B and C.' },
  schema: { type: 'object' },
  maxOutputTokens: 50,
} as const;

/** Reads `{ top: labels }`; labels that were not given make it invalid. */
export function readTop(text: string): string[] {
  const { top } = readJsonObject(text);
  if (!Array.isArray(top) || top.length === 0) throw new Error('no top');
  if (new Set(top).size < top.length || !top.every((label) => ['A', 'B', 'C'].includes(label)))
    throw new Error('not a choice');
  return top;
}

/** A reservation that counts its settlements. */
export interface Purse {
  readonly reservation: BudgetReservation;
  readonly budget: RequestBudget;
  /** What it was settled at, each time. */
  readonly settled: number[];
}

export function purse(amount: number): Purse {
  const budget = new RequestBudget(amount);
  const inner = budget.reserve(amount) as BudgetReservation;
  const settled: number[] = [];
  const reservation = {
    amount,
    get open() {
      return inner.open;
    },
    settle(spent = amount) {
      settled.push(spent);
      inner.settle(spent);
    },
  } as BudgetReservation;
  return { reservation, budget, settled };
}

/** A client, its simulated model, and a clock that jumps. */
export function simulated(
  model: Partial<SimulatedModelOptions> = {},
  client: Partial<ModelClientOptions> = {},
): {
  clock: VirtualClock;
  model: SimulatedModel;
  client: ModelClient;
  ask(question?: Partial<Question<string[]>>): Promise<Answered<string[]> | Refused>;
} {
  const clock = new VirtualClock();
  const answers = new SimulatedModel({
    answer: () => '{"top":["B","A"]}',
    latency: { medianMs: 100, sigma: 0, stallShare: 0 },
    clock,
    ...model,
  });
  const asked = new ModelClient({
    ...{ model: answers, prices: answers.prices, clock, random: () => 0.5 },
    ...client,
  });
  const ask = (question: Partial<Question<string[]>> = {}) =>
    asked.ask<string[]>({
      ...asking,
      read: readTop,
      deadline: clock.now() + 1000,
      reservation: question.reservation ?? purse(10 * (asked.bound(asking) ?? 0)).reservation,
      ...question,
    });
  return { clock, model: answers, client: asked, ask };
}
