/** What is Sluice in Node? Every public name, by folder. */

export { Catalog } from './catalog/catalog.ts';
export { CatalogBuilder, type RecordValue } from './catalog/catalog-builder.ts';
export {
  type CategoryColumn,
  type Column,
  type ColumnKind,
  categories,
  categoriesAt,
  type NumberColumn,
  numbers,
} from './catalog/column.ts';
export type { Filter as CatalogFilter } from './catalog/filter.ts';
export { TextColumn } from './catalog/text-column.ts';
export type { TextEngineName, TextHits } from './catalog/text-index/engine.ts';
export { DEFAULT_FIELDS } from './catalog/text-index/fields.ts';
export { reciprocalRank } from './catalog/text-index/reciprocal-rank.ts';
export {
  TextIndex,
  type TextIndexOptions,
  type TextSearchOptions,
} from './catalog/text-index/text-index.ts';
export { type IntervalOptions, intervals } from './counterfactual/intervals/interval.ts';
export type { RoundTerms } from './counterfactual/intervals/round-terms.ts';
export { type BanditTarget, banditChoices } from './counterfactual/item/bandit-choices.ts';
export {
  type DecidedSlate,
  type DecisionChoices,
  type DecisionChoicesOptions,
  type DecisionTarget,
  decisionChoices,
  type LeftOut,
} from './counterfactual/item/decision-choices.ts';
export {
  clippedIps,
  dm,
  dr,
  dros,
  ips,
  replay,
  sndr,
  snips,
  switchDr,
  type TunedEstimatorOptions,
} from './counterfactual/item/estimators.ts';
export {
  evaluateOffPolicy,
  type ItemEstimator,
  type OffPolicyEvaluation,
} from './counterfactual/item/evaluate.ts';
export { type SlopeChoice, tuneBySlope } from './counterfactual/item/slope.ts';
export type { EstimatorOptions, RangeOptions } from './counterfactual/item/weighting.ts';
export type { TunedEstimator } from './counterfactual/item/weightings.ts';
export {
  type LearnedPolicy,
  type LearnPolicyOptions,
  learnPolicy,
} from './counterfactual/learning/learn-policy.ts';
export { LinearScores, type LinearScoresOptions } from './counterfactual/learning/linear-scores.ts';
export {
  type DisjointInputsOptions,
  disjointInputs,
  type SharedInputsOptions,
  type SoftmaxInputs,
  sharedInputs,
  softmaxProbabilities,
} from './counterfactual/learning/softmax-inputs.ts';
export {
  checkLoggedChoices,
  importanceWeights,
  type LoggedChoices,
  type ModelledRewards,
} from './counterfactual/logged-choices.ts';
export { type Overlap, overlapOf, overlapOfWeights } from './counterfactual/overlap.ts';
export { type CrossFitOptions, crossFitRewards } from './counterfactual/rewards/cross-fit.ts';
export type { RewardFeatures } from './counterfactual/rewards/features.ts';
export {
  type Assignment,
  DifferenceSequence,
  type DifferenceSequenceOptions,
} from './counterfactual/sequences/difference-sequence.ts';
export { MeanSequence, type MeanSequenceOptions } from './counterfactual/sequences/mean-sequence.ts';
export {
  OffPolicySequence,
  type OffPolicySequenceOptions,
} from './counterfactual/sequences/off-policy-sequence.ts';
export type { ModelledOutcome } from './counterfactual/sequences/pseudo-outcome.ts';
export type { ConfidenceSequence } from './counterfactual/sequences/sequence.ts';
export type { ValueRange } from './counterfactual/sequences/value-range.ts';
export { type CascadeFitOptions, crossFitCascade } from './counterfactual/slates/cross-fit-cascade.ts';
export {
  type ConditionalPolicy,
  type DecisionSlates,
  type DecisionSlatesOptions,
  decisionSlates,
} from './counterfactual/slates/decision-slates.ts';
export {
  evaluateSlates,
  type SlateEstimate,
  type SlateEstimator,
  type SlateEvaluation,
  type SlateOptions,
  slateEstimator,
} from './counterfactual/slates/evaluate.ts';
export type {
  LoggedSlates,
  ModelledSlates,
  SlatePropensities,
} from './counterfactual/slates/logged-slates.ts';
export {
  independentSlots,
  type PseudoInverse,
  pseudoInverse,
  uniformPseudoInverse,
} from './counterfactual/slates/pseudo-inverse.ts';
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
export { OnnxFeatures, type OnnxFeaturesOptions } from './decisions/contextual/onnx-features.ts';
export { SharedModel } from './decisions/contextual/shared-model.ts';
export { SquareCb, type SquareCbOptions } from './decisions/contextual/square-cb.ts';
export type { Actions, DecisionKernels, Posterior, Ranking } from './decisions/kernels/kernels.ts';
export { type DecisionKernelsName, decisionKernels } from './decisions/kernels/select.ts';
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
export { ERRORS, type ErrorCode, type ErrorDetails, SluiceError } from './errors.ts';
export { type BudgetReservation, RequestBudget, type SharedBudget } from './funnel/budget.ts';
export { Candidates, type Retrieved } from './funnel/candidates.ts';
export type { RequestContext } from './funnel/context.ts';
export type { Estimate, Estimator } from './funnel/estimator.ts';
export { type DecisionSink, Funnel, type FunnelParts } from './funnel/funnel.ts';
export {
  type FunnelJson,
  funnelFromJson,
  type StageFactory,
  type StageRegistry,
} from './funnel/funnel-json.ts';
export type { Choice, Feedback, Policy, PolicyState, Pool, PropensityTask } from './funnel/policy.ts';
export { type ItemReceipt, Receipt, type StageReceipt } from './funnel/receipt.ts';
export { type FunnelRun, runFunnel } from './funnel/run.ts';
export type {
  FailurePolicy,
  Filter,
  FunnelResult,
  Hydrator,
  QueryHydrator,
  Reasoner,
  Scorer,
  SelectedSlate,
  Selection,
  Selector,
  SideEffect,
  Source,
  Stage,
  StageJson,
  Withheld,
} from './funnel/stage.ts';
export { type ArtworkChoice, ArtworkVariants } from './incrementality/artwork/artwork-variants.ts';
export { type BoostedTreesOptions, fitBoostedTrees } from './incrementality/bases/boosted-trees.ts';
export { fitLogisticRidge, type LogisticRegression } from './incrementality/bases/logistic-ridge.ts';
export type { BaseName, Regression, TrainingRows } from './incrementality/bases/regression.ts';
export { fitRidge, type RidgeOptions, type RidgeRegression } from './incrementality/bases/ridge.ts';
export {
  IncrementalBillboard,
  type IncrementalBillboardOptions,
} from './incrementality/billboard/incremental-billboard.ts';
export {
  type IncrementalChoices,
  type IncrementalDifferenceOptions,
  type IncrementalRound,
  incrementalDifference,
} from './incrementality/billboard/incremental-difference.ts';
export type { LiftPosterior } from './incrementality/billboard/lift-counts.ts';
export {
  type LiftSource,
  learnedUpliftScorer,
  upliftScorer,
} from './incrementality/billboard/uplift-scorer.ts';
export { type HoldoutCost, holdoutCost, type PricedSlate } from './incrementality/holdout/cost.ts';
export { type Exposures, type ExposuresOptions, exposuresOf } from './incrementality/holdout/exposures.ts';
export { Holdout, type HoldoutOptions } from './incrementality/holdout/holdout.ts';
export { type Withholding, withheldFrom } from './incrementality/holdout/withheld.ts';
export { type AverageEffect, averageEffect } from './incrementality/learners/average-effect.ts';
export {
  type ChooseUpliftOptions,
  chooseUplift,
  type JudgedUplift,
  type UpliftChoice,
} from './incrementality/learners/choose-uplift.ts';
export {
  crossFitNuisances,
  type EffectScores,
  type Nuisances,
} from './incrementality/learners/effect-scores.ts';
export { fitUplift, type UpliftFit } from './incrementality/learners/fit-uplift.ts';
export { foldsOf } from './incrementality/learners/folds.ts';
export { type Heterogeneity, testHeterogeneity } from './incrementality/learners/heterogeneity.ts';
export type { FitUpliftOptions, LearnerName, UpliftModel } from './incrementality/learners/learner.ts';
export { checkUpliftData, type UpliftData } from './incrementality/learners/uplift-data.ts';
export {
  type UpliftIntervalOptions,
  type UpliftIntervals,
  upliftIntervals,
} from './incrementality/learners/uplift-intervals.ts';
export { auuc, qini } from './incrementality/metrics/coefficient.ts';
export {
  qiniCurve,
  type UpliftConvention,
  type UpliftCurve,
  upliftCurve,
} from './incrementality/metrics/curve.ts';
export {
  type JudgeRankingsOptions,
  judgeRankings,
  type RankingJudgement,
} from './incrementality/metrics/judge-rankings.ts';
export { type QiniBand, type QiniBandOptions, qiniBand } from './incrementality/metrics/qini-band.ts';
export { rankWithinFolds } from './incrementality/metrics/rank-within-folds.ts';
export type { ScoredRows } from './incrementality/metrics/ranked-rows.ts';
export {
  type RankAverageTreatmentEffect,
  type RankAverageTreatmentEffectOptions,
  rankAverageTreatmentEffect,
} from './incrementality/metrics/rate.ts';
export { ateError, sqrtPehe } from './incrementality/metrics/truth.ts';
export { type UpliftAtKStrategy, upliftAtK } from './incrementality/metrics/uplift-at-k.ts';
export {
  type UpliftBin,
  type UpliftCalibration,
  upliftCalibration,
} from './incrementality/metrics/uplift-calibration.ts';
export {
  type Targeting,
  type TargetingOptions,
  targetByLift,
} from './incrementality/targeting/target-by-lift.ts';
export type { BanditLog } from './log/bandit-log.ts';
export {
  type DecisionRecord,
  NO_PLACE,
  type PropensityState,
  type WithheldItems,
} from './log/decision.ts';
export { DecisionLog } from './log/decision-log.ts';
export type { Event, LoggedEvent } from './log/event.ts';
export { type EventCounters, EventLog } from './log/event-log.ts';
export { KeyMap } from './log/key-map.ts';
export { openLmdbStore } from './log/lmdb-store.ts';
export type { Store, StoreKey, StoreRange, StoreWrite } from './log/store.ts';
export {
  type SettledDecision,
  Settlement,
  type SettlementCounters,
  type SettlementOptions,
} from './nearline/settlement.ts';
export { type BootstrapOptions, bootstrap, type Interval, quantile } from './numerics/bootstrap.ts';
export { fitPlatt, type Platt, plattProbability } from './numerics/platt.ts';
export { RandomStream } from './numerics/random.ts';
export { rank } from './numerics/rank.ts';
export { relativeEntropy } from './numerics/relative-entropy.ts';
export { calibrate } from './offline/calibration.ts';
export {
  bySortedTime,
  type Csr,
  type Dataset,
  type Interactions,
  positives,
  select,
  toCsr,
  where,
} from './offline/dataset.ts';
export {
  type Difference,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  type ModelReport,
} from './offline/evaluate.ts';
export { type IalsModel, type IalsOptions, ials, ialsRecommender, trainIals } from './offline/ials.ts';
export { type IhdpTrial, loadIhdp } from './offline/ihdp.ts';
export { type EventColumns, type LoadEventsOptions, loadEvents } from './offline/json-lines.ts';
export { type LoadedCatalog, loadCatalog } from './offline/load-catalog.ts';
export { METRICS } from './offline/metrics.ts';
export { type LoadOptions, loadMovieLens } from './offline/movielens.ts';
export { loadOpenBandit } from './offline/open-bandit.ts';
export { popularity, trainPopularity } from './offline/popularity.ts';
export type { Model, Recommender, TrainContext } from './offline/recommender.ts';
export type { Reject, RejectReport } from './offline/rejects.ts';
export { openSnapshot, type Snapshot } from './offline/snapshot.ts';
export type { DataRange, SnapshotManifest } from './offline/snapshot-manifest.ts';
export { type SnapshotContents, writeSnapshot } from './offline/snapshot-writer.ts';
export { readSplitFile } from './offline/split-file.ts';
export {
  type Case,
  type Fold,
  globalTimeSplit,
  perUserLastSplit,
  type Split,
  strongGeneralisationSplit,
} from './offline/splits.ts';
export { loadTargetProbabilities } from './offline/target-probabilities.ts';
export { type TrainedSnapshot, type TrainOptions, trainSnapshot } from './offline/train.ts';
export type { TrialCell, TrialColumn } from './offline/trial-columns.ts';
export { loadTrial, type Trial, type TrialFileOptions } from './offline/trial-file.ts';
export { DEFAULT_FUNNEL, QUERY_FUNNEL } from './online/default-funnel.ts';
export { Engine } from './online/engine.ts';
export type {
  Acknowledgement,
  EngineCounters,
  EngineOptions,
  ItemVectors,
  MakePolicy,
} from './online/engine-options.ts';
export type { Explanation } from './online/explain.ts';
export type { PolicyCounters } from './online/policy-host.ts';
export type { PropensityCounters } from './online/propensity-queue.ts';
export type { ReasoningOptions } from './online/reasoning.ts';
export type { CustomStages } from './online/registry.ts';
export type { RecommendRequest } from './online/requests.ts';
export type { Slate, SlateItem } from './online/slate.ts';
export * from './reasoning/public.ts';
export type { BackendName, MatrixSource, TopK } from './vectors/backend.ts';
export { Bitset } from './vectors/bitset.ts';
export type { CalibrateOptions } from './vectors/calibrate.ts';
export type { CalibratedSetting, CalibrationReport } from './vectors/calibration.ts';
export type { BackendChoice, BackendReport } from './vectors/choose.ts';
export { type DoctorReport, doctor, doctorExitCode } from './vectors/doctor.ts';
export { Index } from './vectors/index.ts';
export type { IndexOptions, SearchOptions, SearchSyncOptions } from './vectors/index-core.ts';
export { renderDoctor } from './vectors/render-doctor.ts';
export { backendNames } from './vectors/select.ts';
export { version } from './version.ts';
