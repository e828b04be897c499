/** How is one stage run? Timed, held to the deadline, and failing as it declared. */

import { SluiceError } from '../errors.ts';
import type { BudgetReservation } from './budget.ts';
import type { RequestContext } from './context.ts';
import type { StageReceipt } from './receipt.ts';
import type { Stage } from './stage.ts';

/** Stands for the answer of a stage that was not done by the deadline; the late answer is discarded. */
const LATE: unique symbol = Symbol('late');
/** Stands for the answer of a stage that got no reservation. */
const UNPAID: unique symbol = Symbol('unpaid');
type Mark = typeof LATE | typeof UNPAID;
/** What a paid stage adds to its receipt. */
type Busy = Pick<StageReceipt, 'busyMs'>;

/** The longest delay that timers hold; with a longer one they fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** True once the deadline of the request has passed. */
export function late(context: RequestContext): boolean {
  return context.receipt.late || performance.now() >= context.deadline;
}

/** Notes that a stage did not run. */
export function skip(context: RequestContext, stage: Stage, role: string): undefined {
  context.receipt.stages.push({ stage: stage.name, role, ms: 0, outcome: 'skipped' });
}

/**
 * The value, or a mark when the deadline comes first; rejects with the reason of the signal when that does. What is no
 * promise is passed through without waiting.
 */
export function beforeDeadline<T>(
  { deadline, signal }: RequestContext,
  value: T | Promise<T>,
): T | Promise<T | typeof LATE> {
  if (!(value instanceof Promise)) return value;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort = (): void => {};
  return new Promise<T | typeof LATE>((resolve, reject) => {
    value.then(resolve, reject);
    if (deadline < Number.POSITIVE_INFINITY) {
      const left = Math.min(Math.max(0, deadline - performance.now()), LONGEST_DELAY_MS);
      timer = setTimeout(() => resolve(LATE), left);
    }
    abort = () => reject(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}

/**
 * Runs a stage: its result, or undefined where it was not enabled, was late, or failed open or to its default.
 *
 * @throws ERR_SLUICE_STAGE_FAILED when it fails closed; `signal.reason` when the request was aborted.
 */
export async function attempt<T>(
  context: RequestContext,
  stage: Stage,
  role: string,
  work: () => T | undefined | Mark | Promise<T | undefined | Mark>,
  count?: (result: T) => number,
  busy: Busy = {},
): Promise<T | undefined> {
  context.signal?.throwIfAborted();
  const started = performance.now();
  try {
    if (stage.enable && !stage.enable(context)) return skip(context, stage, role);
    const value = work();
    const result = value instanceof Promise ? await value : value;
    return succeed(context, stage, role, started, result, count, busy);
  } catch (cause) {
    return fail(context, stage, role, started, cause, busy);
  }
}

/**
 * The same for a stage that spends, held to the deadline: it runs with the reservation or not at all. What is
 * still reserved when it has ended, failed, or was cut short counts as spent: nobody can tell what the call has cost.
 */
export async function attemptPaid<T>(
  context: RequestContext,
  stage: Stage,
  role: string,
  reserve: () => BudgetReservation | null,
  work: (reservation: BudgetReservation) => T | Promise<T>,
): Promise<T | undefined> {
  let reservation = null as BudgetReservation | null;
  const busy: { busyMs?: number } = {};
  const started = performance.now();
  const pay = () => {
    reservation = late(context) ? null : reserve();
    if (!reservation) return UNPAID;
    const answer = work(reservation);
    busy.busyMs = performance.now() - started;
    return beforeDeadline(context, answer);
  };
  try {
    return await attempt<T>(context, stage, role, pay, undefined, busy);
  } finally {
    if (reservation?.open) reservation.settle();
  }
}

/** The same for a stage that never waits. */
attempt.sync = <T>(
  context: RequestContext,
  stage: Stage,
  role: string,
  work: () => T,
  count?: (result: T) => number,
): T | undefined => {
  context.signal?.throwIfAborted();
  const started = performance.now();
  try {
    if (stage.enable && !stage.enable(context)) return skip(context, stage, role);
    return succeed(context, stage, role, started, work(), count);
  } catch (cause) {
    return fail(context, stage, role, started, cause);
  }
};

function succeed<T>(
  context: RequestContext,
  stage: Stage,
  role: string,
  started: number,
  result: T | Mark | undefined,
  count?: (result: T) => number,
  busy: Busy = {},
): T | undefined {
  if (result === UNPAID) return skip(context, stage, role);
  const receipt: StageReceipt = {
    stage: stage.name,
    role,
    ms: performance.now() - started,
    ...busy,
    outcome: result === LATE ? 'late' : 'ok',
    ...(count && result !== LATE && result !== undefined && { candidates: count(result) }),
  };
  context.receipt.stages.push(receipt);
  if (result !== LATE) return result;
  // Timers fire up to a millisecond early: once a stage was late the request is, whatever the clock says.
  context.receipt.late = true;
  context.receipt.degrade(`${role} ${stage.name} was late`);
  return undefined;
}

function fail(
  context: RequestContext,
  stage: Stage,
  role: string,
  started: number,
  cause: unknown,
  busy: Busy = {},
): undefined {
  if (context.signal?.aborted) throw context.signal.reason;
  const error = cause instanceof Error ? cause.message : String(cause);
  context.receipt.stages.push({
    stage: stage.name,
    role,
    ms: performance.now() - started,
    ...busy,
    outcome: 'failed',
    error,
  });
  if (stage.onFailure === 'closed') throw stageFailed(stage, role, cause);
  context.receipt.degrade(`${role} ${stage.name} failed ${stage.onFailure}`);
}

/** The error of a stage that fails closed. */
export function stageFailed(stage: Stage, role: string, cause: unknown): SluiceError {
  const error = cause instanceof Error ? cause.message : String(cause);
  return new SluiceError('ERR_SLUICE_STAGE_FAILED', `Stage "${stage.name}" failed: ${error}`, {
    cause,
    details: { stage: stage.name, role },
  });
}
