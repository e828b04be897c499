/** What of reasoning may everybody use? The exports of this folder; src/index.ts hands them on. */

export { Budget, type BudgetOptions, type BudgetReport, type BudgetRequest } from './budget/budget.ts';
export type { DemandState } from './budget/pacing/demand-curve.ts';
export { type PacedDecision, Pacer, type PacerOptions, type PacerState } from './budget/pacing/pacer.ts';
export type { WorthState } from './budget/pacing/worth-distribution.ts';
export {
  type AiSdkCall,
  type AiSdkLanguageModel,
  type AiSdkModelOptions,
  type AiSdkResult,
  aiSdkModel,
} from './client/ai-sdk-model.ts';
export type { AnswerCacheOptions } from './client/answer-cache.ts';
export type { BreakerOptions } from './client/breaker.ts';
export { type Clock, PROCESS_CLOCK } from './client/clock.ts';
export type { ClientCounters } from './client/counters.ts';
export { readJsonObject } from './client/json-answer.ts';
export type {
  LanguageModel,
  ModelAnswer,
  ModelCall,
  Prompt,
  Purpose,
  Usage,
} from './client/language-model.ts';
export { ModelClient, type ModelClientOptions } from './client/model-client.ts';
export {
  type LazyLanguageModel,
  type OpenAiCompatibleOptions,
  openAiCompatible,
} from './client/open-ai-compatible.ts';
export {
  type Answered,
  type Asking,
  type Question,
  REFUSALS,
  type Refusal,
  type Refused,
} from './client/question.ts';
export type { CostPerThousand, PathCost } from './ledger/cost-per-thousand.ts';
export type { CpuClocks, CpuShare } from './ledger/cpu-shares.ts';
export {
  Ledger,
  type LedgerEntry,
  type LedgerOptions,
  type LedgerReport,
  type LedgerState,
} from './ledger/ledger.ts';
export type { PathState } from './ledger/path-books.ts';
export type { PurchaseOutcome, QualityCostPoint, QualityCostState } from './ledger/quality-cost.ts';
export { EMPTY_PLAN, type PlanSource, type QueryPlan } from './plan.ts';
export {
  ModelPlanner,
  type ModelPlannerOptions,
  type Planned,
  type PlanQuote,
  type PlanTerms,
} from './planner/model/model-planner.ts';
export { openPlanner } from './planner/open-planner.ts';
export type { PlanColumns } from './planner/plan-columns.ts';
export type { ParsedRequest, Planner, PlannerOptions } from './planner/planner.ts';
export { rowsOfPlan } from './planner/rows-of-plan.ts';
export { samePlan } from './planner/same-plan.ts';
export type { ModelPrices, TokenRates, TokenTier } from './prices/model-prices.ts';
export { PriceBook, type PriceList } from './prices/price-book.ts';
export type { Prices } from './prices/prices.ts';
export { boundedMerge } from './rerankers/bounded-merge.ts';
export { CrossEncoder, type CrossEncoderOptions } from './rerankers/cross-encoder.ts';
export { Explainer } from './rerankers/explainer.ts';
export { type FieldLimits, type FieldValue, ItemFields } from './rerankers/item-fields.ts';
export type { ListwiseQuestion } from './rerankers/listwise-prompt.ts';
export { ListwiseReranker, type ListwiseRerankerOptions } from './rerankers/listwise-reranker.ts';
export type { Reranked, RerankQuote, RerankRequest, RerankTerms } from './rerankers/reranking.ts';
export { expectedCalibrationError } from './router/evaluation/calibration-error.ts';
export {
  type JudgeRecordedOptions,
  judgeRecordedOutcomes,
  type RecordedJudgement,
  type RecordedOutcome,
  type RecordedReport,
} from './router/evaluation/judge-recorded.ts';
export {
  judgeRouters,
  type RouterComparison,
  type RouterJudgement,
} from './router/evaluation/judge-routers.ts';
export {
  apgr,
  type KnownOutcomes,
  type QualityCostCurve,
  qualityCostCurve,
  spendToRecover,
} from './router/evaluation/quality-cost.ts';
export { ruleScores } from './router/evaluation/rule-order.ts';
export {
  type RankedLeg,
  ROUTE_FEATURES,
  type RouteFeature,
  type RouteFeatureInput,
  routeFeatures,
} from './router/features.ts';
export {
  type FitGainOptions,
  fitGain,
  fitGainToLog,
  type KnownGain,
  type LoggedChoice,
  type RoutedRequest,
} from './router/fit-gain.ts';
export type { Gain } from './router/gain-curve.ts';
export { GainModel } from './router/gain-model.ts';
export { ROUTE_REASONS, type RouteReason } from './router/route-reason.ts';
export {
  type RouteDecision,
  type RoutePurpose,
  type RouteRequest,
  Router,
  type RouterOptions,
  refuseRoute,
} from './router/router.ts';
