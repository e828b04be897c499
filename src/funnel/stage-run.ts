/** How is one stage run? Timed, held to the deadline, and failing as it declared. */

import { SluiceError } from '../errors.ts';
import type { RequestContext } from './context.ts';
import type { StageReceipt } from './receipt.ts';
import type { Stage } from './stage.ts';

/** Stands for the answer of a stage that was not done by the deadline; the late answer is discarded. */
const LATE: unique symbol = Symbol('late');

/** True once the deadline of the request has passed. */
export function late(context: RequestContext): boolean {
  return context.receipt.late || performance.now() >= context.deadline;
}

/** Notes that a stage did not run. */
export function skip(context: RequestContext, stage: Stage, role: string): undefined {
  context.receipt.stages.push({ stage: stage.name, role, ms: 0, outcome: 'skipped' });
}

/** The value, or a mark when the deadline comes first. What is no promise is passed through without waiting. */
export function beforeDeadline<T>(
  context: RequestContext,
  value: T | Promise<T>,
): T | Promise<T | typeof LATE> {
  if (!(value instanceof Promise)) return value;
  if (context.deadline === Number.POSITIVE_INFINITY) return value;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(LATE), Math.max(0, context.deadline - performance.now()));
    value.then(resolve, reject).finally(() => clearTimeout(timer));
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
  work: () => T | undefined | typeof LATE | Promise<T | undefined | typeof LATE>,
  count?: (result: T) => number,
): Promise<T | undefined> {
  context.signal?.throwIfAborted();
  const started = performance.now();
  try {
    if (stage.enable && !stage.enable(context)) return skip(context, stage, role);
    const value = work();
    const result = value instanceof Promise ? await value : value;
    return succeed(context, stage, role, started, result, count);
  } catch (cause) {
    return fail(context, stage, role, started, cause);
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
  result: T | typeof LATE | undefined,
  count?: (result: T) => number,
): T | undefined {
  const receipt: StageReceipt = {
    stage: stage.name,
    role,
    ms: performance.now() - started,
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
): undefined {
  if (context.signal?.aborted) throw context.signal.reason;
  const error = cause instanceof Error ? cause.message : String(cause);
  context.receipt.stages.push({
    stage: stage.name,
    role,
    ms: performance.now() - started,
    outcome: 'failed',
    error,
  });
  if (stage.onFailure === 'closed') {
    throw new SluiceError('ERR_SLUICE_STAGE_FAILED', `Stage "${stage.name}" failed: ${error}`, {
      cause,
      details: { stage: stage.name, role },
    });
  }
  context.receipt.degrade(`${role} ${stage.name} failed ${stage.onFailure}`);
}
