/** What does a thousand requests cost, by the path that they took? Models in money, computing in CPU time. */

import { unexpected } from '../../errors.ts';
import { nanoDollars } from '../../funnel/budget.ts';
import type { RoutingReceipt, StageReceipt } from '../../funnel/receipt.ts';
import { checkText } from '../../log/event-check.ts';
import {
  type CostPerThousand,
  costPerThousand,
  modelCost,
  type PathCost,
  pathCost,
} from './cost-per-thousand.ts';
import { type CpuClocks, CpuShares, processCpuTime } from './cpu-shares.ts';
import { PathBooks, type PathState } from './path-books.ts';
import {
  type PurchaseOutcome,
  QualityCost,
  type QualityCostPoint,
  type QualityCostState,
} from './quality-cost.ts';

/** Settings of a {@link Ledger}. */
export interface LedgerOptions extends Partial<CpuClocks> {
  /** What an hour of one processor costs, in whole nano-dollars: $0.04 is 40_000_000. */
  readonly cpuHour: number;
  /** What an earlier ledger had booked. @default nothing */
  readonly state?: LedgerState;
}

/** One request, as its receipt tells it. */
export interface LedgerEntry {
  /** The path: `fast`, the name of the reasoner whose order was taken, or `failed` where there was no answer. */
  readonly route: string;
  readonly stages: readonly Pick<StageReceipt, 'stage' | 'ms' | 'busyMs'>[];
  readonly routings: readonly Pick<RoutingReceipt, 'purpose' | 'cost'>[];
  /** Whether the answer is another than without what was bought. */
  readonly changed: boolean;
}

/** What stands in the ledger. */
export interface LedgerReport extends CostPerThousand {
  readonly paths: readonly PathCost[];
  /** Requests for which nothing was bought, and those for which something was. */
  readonly classical: CostPerThousand;
  readonly agentic: CostPerThousand;
  /** Money for models whose answer changed nothing, and its share of all money for models. */
  readonly unchanged: { readonly spend: number; readonly share: number };
  /** Spend against gain of the purchases whose outcome is known, the most promising first. */
  readonly curve: readonly QualityCostPoint[];
}

/** What a {@link Ledger} has booked; JSON-able. */
export interface LedgerState {
  readonly classical: readonly PathState[];
  readonly agentic: readonly PathState[];
  readonly unchanged: number;
  readonly outcomes: QualityCostState;
}

/**
 * Books every request by path and stage, in aggregates of bounded size.
 *
 * Models are booked at what they cost. Computing is booked by what the operating system says the whole process has used,
 * every thread of it, shared out each second among the stages that ran, by their time; of a stage that spends money only
 * the time before it first waits counts, for a provider's second is no work of ours. Under steady traffic the total is
 * therefore what the machine has done, work beside requests included, while its split among stages takes one that waited
 * for the processor for one that worked. After a second without requests only the stages' own time is booked.
 *
 * @example
 * ```ts
 * const ledger = new Ledger({ cpuHour: 40_000_000 });
 * const stages = [{ stage: 'scan', ms: 2 }, { stage: 'listwise', ms: 800, busyMs: 0.1 }];
 * ledger.record({ route: 'listwise', stages, routings: [{ purpose: 'rerank', cost: 370_000 }], changed: true });
 * ledger.report().agentic.model; // 370000000
 * ```
 */
export class Ledger {
  readonly #cpuHour: number;
  readonly #cpu: CpuShares;
  readonly #classical: PathBooks;
  readonly #agentic: PathBooks;
  readonly #outcomes: QualityCost;
  #unchanged: number;

  /** @throws ERR_SLUICE_INVALID_ARGUMENT. */
  constructor(options: LedgerOptions) {
    if (typeof options !== 'object' || options === null) throw unexpected('options', 'options', options);
    const { cpuHour, state, cpuTime = processCpuTime, now = () => performance.now() } = options;
    this.#cpuHour = nanoDollars(cpuHour, 'cpuHour');
    this.#cpu = new CpuShares({ cpuTime, now });
    this.#classical = new PathBooks(state?.classical);
    this.#agentic = new PathBooks(state?.agentic);
    this.#outcomes = new QualityCost(state?.outcomes);
    this.#unchanged = state?.unchanged ?? 0;
  }

  /** Books a request once it is through. Cost: a microsecond. @throws ERR_SLUICE_INVALID_ARGUMENT, having booked nothing. */
  record(entry: LedgerEntry): void {
    check(entry);
    const { route, stages, routings, changed } = entry;
    const model = routings.reduce((sum, { cost }) => sum + cost, 0);
    const path = (model > 0 ? this.#agentic : this.#classical).of(route);
    path.requests++;
    for (const { purpose, cost } of routings) path.purpose(purpose).cost += cost;
    this.#cpu.add(stages.map(({ stage, ms, busyMs = ms }) => [path.stage(stage), busyMs] as const));
    if (!changed) this.#unchanged += model;
  }

  /** Books what became of a purchase, once that is known. @throws ERR_SLUICE_INVALID_ARGUMENT. */
  outcome(outcome: PurchaseOutcome): void {
    const { predicted, cost, gain } = outcome;
    if (!Number.isFinite(predicted)) throw unexpected('a finite number', 'predicted', predicted);
    if (!Number.isFinite(gain)) throw unexpected('a finite number', 'gain', gain);
    nanoDollars(cost, 'cost');
    this.#outcomes.add(outcome);
  }

  /** What stands in the ledger now. */
  report(): LedgerReport {
    this.#cpu.charge();
    const [classical, agentic] = [this.#classical.state(), this.#agentic.state()];
    const all = [...classical, ...agentic];
    const names = [...new Set(all.map(({ name }) => name))].sort();
    const model = modelCost(all);
    return {
      ...costPerThousand(all, this.#cpuHour),
      paths: names.map((path) => {
        const books = all.filter(({ name }) => name === path);
        return pathCost(path, books, this.#cpuHour);
      }),
      classical: costPerThousand(classical, this.#cpuHour),
      agentic: costPerThousand(agentic, this.#cpuHour),
      unchanged: { spend: this.#unchanged, share: model > 0 ? this.#unchanged / model : 0 },
      curve: this.#outcomes.curve(),
    };
  }

  /** What was booked, to go on from after a restart. */
  snapshot(): LedgerState {
    this.#cpu.charge();
    return {
      classical: this.#classical.state(),
      agentic: this.#agentic.state(),
      unchanged: this.#unchanged,
      outcomes: this.#outcomes.state(),
    };
  }
}

function check(entry: LedgerEntry): void {
  if (typeof entry !== 'object' || entry === null) throw unexpected('an entry', 'entry', entry);
  const { route, stages, routings } = entry;
  checkText(route, 'route', 256);
  if (!Array.isArray(stages)) throw unexpected('stages', 'stages', stages);
  if (!Array.isArray(routings)) throw unexpected('routings', 'routings', routings);
  for (const { stage, ms, busyMs = ms } of stages) {
    checkText(stage, 'stage', 256);
    if (!(busyMs >= 0 && busyMs < Number.POSITIVE_INFINITY))
      throw unexpected('milliseconds from 0', 'ms', busyMs);
  }
  for (const { purpose, cost } of routings) {
    checkText(purpose, 'purpose', 256);
    nanoDollars(cost, 'cost');
  }
}
