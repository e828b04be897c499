/** How does a request pass through a funnel? Retrieve, hydrate, filter, score, select, reason; log after the answer. */

import { SluiceError } from '../errors.ts';
import { Bitset } from '../vectors/bitset.ts';
import { Candidates, type Retrieved } from './candidates.ts';
import type { RequestContext } from './context.ts';
import type { Funnel } from './funnel.ts';
import type { FunnelResult, SelectedSlate, Selection, SideEffect, Source } from './stage.ts';
import { attempt, attemptPaid, beforeDeadline, late, skip, stageFailed } from './stage-run.ts';

/** The answer, and the promise of what happens after it. */
export interface FunnelRun {
  readonly result: FunnelResult;
  /**
   * Settles when the decision is logged and the side effects are through; then rejects with the failure of the log, or
   * the first of a side effect that fails closed. Whoever runs a funnel must wait for it or catch it.
   */
  readonly after: Promise<void>;
}

/**
 * Runs one request through a funnel.
 *
 * At the deadline the best slate so far is returned and the receipt says `degraded`; hard filters still run on it.
 *
 * @param onFast hears of the slate before it is reasoned about, where the funnel has reasoners; nothing that comes after
 * makes the request fail then.
 * @throws ERR_SLUICE_STAGE_FAILED when a stage that fails closed fails; ERR_SLUICE_FUNNEL_INVALID when one answers with
 * something that its role does not allow, such as a column of another length; `signal.reason` when aborted.
 */
export async function runFunnel(
  funnel: Funnel,
  context: RequestContext,
  onFast?: (result: FunnelResult) => void,
): Promise<FunnelRun> {
  context.signal?.throwIfAborted();
  await hydrateQuery(funnel, context);
  const retrieved = await retrieve(funnel, context);
  const hydrated = await hydrate(funnel, context, retrieved);
  const filtered = filter(funnel, context, hydrated);
  const scored = await score(funnel, context, filtered);
  const { slate, selection } = select(funnel, context, scored);
  const fast: FunnelResult = { slate, selection, route: 'fast', order: null };
  const told = onFast !== undefined && funnel.reasoners.length > 0;
  if (told) onFast(fast);
  const result = await reason(funnel, context, fast).catch((error: unknown) => {
    // A slate that is shown already is logged, whatever becomes of its upgrade.
    if (!told) throw error;
    context.receipt.degrade('reasoning failed after the fast slate');
    return fast;
  });
  if (!told) context.signal?.throwIfAborted();
  return { result, after: afterAnswer(funnel, context, result) };
}

async function hydrateQuery(funnel: Funnel, context: RequestContext): Promise<void> {
  for (const stage of funnel.queryHydrators) {
    const role = 'query hydrator';
    const { reserves } = stage;
    await (reserves
      ? attemptPaid(
          context,
          stage,
          role,
          () =>
            typeof reserves === 'function' ? reserves.call(stage, context) : context.budget.reserve(reserves),
          (money) => stage.hydrateQuery(context, money),
        )
      : attempt(context, stage, role, () => beforeDeadline(context, stage.hydrateQuery(context, null))));
  }
}

async function retrieve(funnel: Funnel, context: RequestContext): Promise<Candidates> {
  const run = (source: Source) =>
    attempt<Retrieved>(
      context,
      source,
      'source',
      () => beforeDeadline(context, source.retrieve(context)),
      (items) => items.rows.length,
    );
  const answers = await Promise.all(
    funnel.sources.map(async (source) => ({
      name: source.name,
      items: late(context) ? skip(context, source, 'source') : await run(source),
    })),
  );
  const empty: Retrieved = { rows: new Uint32Array(0), scores: new Float32Array(0) };
  const found = answers.map(({ name, items }) => ({ name, items: items ?? empty }));
  if (funnel.fallback) {
    const needed = found.every(({ items }) => items.rows.length === 0);
    const items = needed
      ? await attempt(context, funnel.fallback, 'source', () => funnel.fallback?.retrieve(context))
      : empty;
    found.push({ name: funnel.fallback.name, items: items ?? empty });
  }
  return Candidates.merge(found);
}

async function hydrate(funnel: Funnel, context: RequestContext, candidates: Candidates): Promise<Candidates> {
  await Promise.all(
    funnel.hydrators.map(async (stage) => {
      const columns = late(context)
        ? skip(context, stage, 'hydrator')
        : await attempt(context, stage, 'hydrator', () =>
            beforeDeadline(context, stage.hydrate(context, candidates)),
          );
      if (columns && columns.length !== stage.writes.length) {
        throw invalid(`${stage.writes.length} columns of "${stage.name}"`, columns.length);
      }
      stage.writes.forEach((name, i) => {
        candidates.write(name, columns?.[i] ?? constant(candidates.size, stage.defaultValue));
      });
    }),
  );
  return candidates;
}

function filter(funnel: Funnel, context: RequestContext, candidates: Candidates): Candidates {
  for (const stage of funnel.filters) {
    const before = candidates;
    const kept = attempt.sync(
      context,
      stage,
      'filter',
      () => {
        const kept = Bitset.full(before.size);
        stage.filter(context, before, kept);
        return kept;
      },
      (kept) => kept.count(),
    );
    if (kept) candidates = before.keep(kept);
  }
  return candidates;
}

async function score(funnel: Funnel, context: RequestContext, candidates: Candidates): Promise<Candidates> {
  for (const stage of funnel.scorers) {
    const column = late(context)
      ? skip(context, stage, 'scorer')
      : await attempt(context, stage, 'scorer', () =>
          beforeDeadline(context, stage.score(context, candidates)),
        );
    candidates.write(stage.writes, column ?? constant(candidates.size, stage.defaultValue));
  }
  return candidates;
}

function select(
  funnel: Funnel,
  context: RequestContext,
  candidates: Candidates,
): { slate: Candidates; selection: Selection | null } {
  const { selector } = funnel;
  // Past the deadline, or where the scores that the policy needs never came, the order of retrieval is the best so far.
  const scored = selector.reads.every((name) => !candidates.column(name).some(Number.isNaN));
  if (!late(context) && scored) {
    const selection = attempt.sync(context, selector, 'selector', () => selector.select(context, candidates));
    if (selection instanceof Uint32Array) {
      if (!areDistinct(selection, candidates.size))
        throw invalid('distinct candidates of the selector', selection.length);
      return { slate: candidates.pick(selection), selection: null };
    }
    if (selection) return { slate: candidates.pick(entriesOf(selection, candidates)), selection };
  } else {
    skip(context, selector, 'selector');
    context.receipt.degrade(`selector ${selector.name} not reached: retrieval order`);
  }
  const open =
    selector.open?.(context, candidates) ?? Uint32Array.from({ length: candidates.size }, (_, i) => i);
  return { slate: candidates.pick(open.slice(0, context.count)), selection: null };
}

async function reason(funnel: Funnel, context: RequestContext, fast: FunnelResult): Promise<FunnelResult> {
  const { slate } = fast;
  for (const stage of funnel.reasoners) {
    if (slate.size === 0) {
      skip(context, stage, 'reasoner');
      continue;
    }
    const chosen = { rows: slate.rows.slice() } as unknown as SelectedSlate;
    const { reserves } = stage;
    const order = await attemptPaid(
      context,
      stage,
      'reasoner',
      () =>
        typeof reserves === 'function'
          ? reserves.call(stage, context, chosen)
          : context.budget.reserve(reserves),
      (reservation) => stage.reason(context, chosen, reservation),
    );
    if (!order) continue;
    if (isPermutation(order, slate.size))
      return { ...fast, slate: slate.pick(order), route: stage.name, order };
    context.receipt.degrade(`reasoner ${stage.name} gave no permutation of the slate: the order stands`);
  }
  return fast;
}

async function afterAnswer(funnel: Funnel, context: RequestContext, result: FunnelResult): Promise<void> {
  // The caller has the answer before any of this starts.
  await new Promise<void>((resolve) => (globalThis.setImmediate ?? setTimeout)(resolve));
  const log = async () => funnel.decisionLog?.record(context, result);
  const act = async (stage: SideEffect) => {
    try {
      if (stage.enable?.(context) ?? true) await stage.run(context, result);
    } catch (cause) {
      if (stage.onFailure === 'closed') throw stageFailed(stage, 'side effect', cause);
    }
  };
  const ended = await Promise.allSettled([log(), ...funnel.sideEffects.map(act)]);
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
}

/** Where the picks stand among the candidates. @throws ERR_SLUICE_FUNNEL_INVALID unless they are distinct candidates. */
function entriesOf({ pool, choice }: Selection, { rows }: Candidates): Uint32Array {
  const { picks } = choice;
  const placeOf = new Map(Array.from(picks, (pick, place) => [pool.rows[pick], place]));
  const entries = new Uint32Array(picks.length);
  let found = 0;
  for (let entry = 0; entry < rows.length && found < picks.length; entry++) {
    const place = placeOf.get(rows[entry]);
    if (place === undefined) continue;
    entries[place] = entry;
    found++;
  }
  if (found < picks.length) throw invalid(`${picks.length} distinct candidates in the choice`, found);
  return entries;
}

function invalid(expected: string, received: number): SluiceError {
  return new SluiceError('ERR_SLUICE_FUNNEL_INVALID', `Expected ${expected} but received ${received}`);
}

function constant(size: number, value = Number.NaN): Float32Array {
  return new Float32Array(size).fill(value);
}

function isPermutation(order: Uint32Array, size: number): boolean {
  return order.length === size && areDistinct(order, size);
}

function areDistinct(entries: Uint32Array, size: number): boolean {
  const seen = new Bitset(size);
  for (const entry of entries) {
    if (entry >= size || seen.has(entry)) return false;
    seen.add(entry);
  }
  return true;
}
