/** What is Sluice in a browser or at the edge? Search in WebAssembly, catalogue, funnel and policies; no `node:`. */

export { Catalog } from './catalog/catalog.ts';
export { CatalogBuilder } from './catalog/catalog-builder.ts';
export { categories, numbers } from './catalog/column.ts';
export type { Filter as CatalogFilter } from './catalog/filter.ts';
export { TextColumn } from './catalog/text-column.ts';
export { BetaThompson, type BetaThompsonOptions } from './decisions/context-free/beta-thompson.ts';
export { EpsilonGreedy, type EpsilonGreedyOptions } from './decisions/context-free/epsilon-greedy.ts';
export {
  GaussianThompson,
  type GaussianThompsonOptions,
} from './decisions/context-free/gaussian-thompson.ts';
export { IndexPolicy, type IndexPolicyOptions } from './decisions/context-free/index-policy.ts';
export type { ArmVectorsOptions, Features } from './decisions/contextual/arm-vectors.ts';
export { type ContextualOptions, ContextualPolicy } from './decisions/contextual/contextual-policy.ts';
export { DisjointModel, type DisjointModelOptions } from './decisions/contextual/disjoint-model.ts';
export { HybridModel, type HybridModelOptions } from './decisions/contextual/hybrid-model.ts';
export type { GammaSchedule } from './decisions/contextual/inverse-gap.ts';
export { LinTs, type ThompsonOptions } from './decisions/contextual/lin-ts.ts';
export { LinUcb, type LinUcbOptions } from './decisions/contextual/lin-ucb.ts';
export { LinearGreedy } from './decisions/contextual/linear-greedy.ts';
export { LogisticThompson } from './decisions/contextual/logistic-thompson.ts';
export type { ContextualModel, ModelOptions } from './decisions/contextual/model.ts';
export { SharedModel } from './decisions/contextual/shared-model.ts';
export { SquareCb, type SquareCbOptions } from './decisions/contextual/square-cb.ts';
export type { Actions, DecisionKernels, Posterior, Ranking } from './decisions/kernels/kernels.ts';
export { decisionKernels, loadDecisionKernels } from './decisions/kernels/select.browser.ts';
export { RegretAccount } from './decisions/regret.ts';
export { ArmConfidence, type ArmConfidenceOptions } from './decisions/safety/arm-confidence.ts';
export { BlockedArms, type BlockedArmsOptions } from './decisions/safety/blocked-arms.ts';
export {
  ConservativePolicy,
  type ConservativePolicyOptions,
} from './decisions/safety/conservative-policy.ts';
export { ExplorationBudget, type ExplorationBudgetOptions } from './decisions/safety/exploration-budget.ts';
export { LinearConfidence, type LinearConfidenceOptions } from './decisions/safety/linear-confidence.ts';
export { MinimumTraffic, type MinimumTrafficOptions } from './decisions/safety/minimum-traffic.ts';
export { type Pin, PinnedArms, type PinnedArmsOptions } from './decisions/safety/pinned-arms.ts';
export type { RewardConfidence } from './decisions/safety/reward-confidence.ts';
export { CascadeKlUcb, type CascadeKlUcbOptions } from './decisions/slates/cascade-kl-ucb.ts';
export { type CascadeFit, CascadeModel, fitCascade } from './decisions/slates/cascade-model.ts';
export { ClickCorrected, type ClickCorrectedOptions } from './decisions/slates/click-corrected.ts';
export type { ClickLog, ClickModel } from './decisions/slates/click-model.ts';
export { determinantalGreedy } from './decisions/slates/determinantal-greedy.ts';
export { DiverseSlates, type DiverseSlatesOptions } from './decisions/slates/diverse-slates.ts';
export {
  type FitPositionBasedOptions,
  fitPositionBased,
  type PositionBasedFit,
} from './decisions/slates/fit-position-based.ts';
export { maximalMarginalRelevance } from './decisions/slates/maximal-marginal-relevance.ts';
export { PlackettLuce, type PlackettLuceOptions } from './decisions/slates/plackett-luce.ts';
export { PositionBasedModel } from './decisions/slates/position-based-model.ts';
export { ERRORS, type ErrorCode, SluiceError } from './errors.ts';
export { type BudgetReservation, RequestBudget, type SharedBudget } from './funnel/budget.ts';
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
