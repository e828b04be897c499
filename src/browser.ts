/** What is Sluice in a browser or at the edge? Search in WebAssembly, catalogue, funnel and policies; no `node:`. */

export { Catalog } from './catalog/catalog.ts';
export { CatalogBuilder } from './catalog/catalog-builder.ts';
export { categories, numbers } from './catalog/column.ts';
export type { Filter as CatalogFilter } from './catalog/filter.ts';
export { TextColumn } from './catalog/text-column.ts';
export { BetaThompson, type BetaThompsonOptions } from './decisions/context-free/beta-thompson.ts';
export { EpsilonGreedy, type EpsilonGreedyOptions } from './decisions/context-free/epsilon-greedy.ts';
export { RegretAccount } from './decisions/regret.ts';
export { ERRORS, type ErrorCode, SluiceError } from './errors.ts';
export { type BudgetReservation, RequestBudget } from './funnel/budget.ts';
export { Candidates, type Retrieved } from './funnel/candidates.ts';
export type { RequestContext } from './funnel/context.ts';
export { type DecisionSink, Funnel, type FunnelParts } from './funnel/funnel.ts';
export { type FunnelJson, funnelFromJson } from './funnel/funnel-json.ts';
export type { Choice, Feedback, Policy, PolicyState, Pool, PropensityTask } from './funnel/policy.ts';
export { Receipt } from './funnel/receipt.ts';
export { type FunnelRun, runFunnel } from './funnel/run.ts';
export { bootstrap, type Interval } from './numerics/bootstrap.ts';
export { fitPlatt, type Platt, plattProbability } from './numerics/platt.ts';
export { RandomStream } from './numerics/random.ts';
export type { BackendName, MatrixSource, TopK } from './vectors/backend.ts';
export { Bitset } from './vectors/bitset.ts';
export type { CalibrateOptions } from './vectors/calibrate.ts';
export type { CalibratedSetting, CalibrationReport } from './vectors/calibration.ts';
export { Index } from './vectors/index.browser.ts';
export type { IndexOptions, SearchOptions, SearchSyncOptions } from './vectors/index-core.ts';
export { version } from './version.ts';
