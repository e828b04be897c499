/** What should this person see now? The engine: opens a snapshot, composes the funnel, serves, learns. */

import type { Catalog } from '../catalog/catalog.ts';
import { unexpected } from '../errors.ts';
import { RequestBudget } from '../funnel/budget.ts';
import type { Funnel } from '../funnel/funnel.ts';
import { type FunnelJson, funnelFromJson } from '../funnel/funnel-json.ts';
import { runFunnel } from '../funnel/run.ts';
import type { FunnelResult } from '../funnel/stage.ts';
import type { Event } from '../log/event.ts';
import type { BudgetReport } from '../reasoning/budget/budget.ts';
import type { LedgerReport } from '../reasoning/ledger/ledger.ts';
import type { BackendName } from '../vectors/backend.ts';
import { Accounts } from './accounts.ts';
import { Afterwards } from './afterwards.ts';
import { Calls } from './calls.ts';
import { decisionSink } from './decision-sink.ts';
import { DEFAULT_FUNNEL, QUERY_FUNNEL } from './default-funnel.ts';
import type { Acknowledgement, EngineCounters, EngineOptions } from './engine-options.ts';
import { type Explanation, explainDecision } from './explain.ts';
import { InTurn } from './in-turn.ts';
import { Memory } from './memory.ts';
import { type People, peopleOf } from './people.ts';
import type { PolicyHost } from './policy-host.ts';
import { PropensityQueue } from './propensity-queue.ts';
import { type QueryParts, queryStages } from './query-stages.ts';
import { pacingOf, Reasoning } from './reasoning.ts';
import { completePending } from './recover.ts';
import { stageRegistry } from './registry.ts';
import { hostOf, type ReplicaOf } from './replica.ts';
import { requestContext } from './request-context.ts';
import { checkRequest, type RecommendRequest } from './requests.ts';
import { ServingModel } from './serving-model.ts';
import { Sessions } from './session.ts';
import { type Slate, slateOf } from './slate.ts';
import { Upkeep } from './upkeep.ts';

/** What timers hold, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

interface Serving {
  readonly model: ServingModel;
  readonly funnel: Funnel;
  /** Null where no requests in words are served. */
  readonly queryFunnel: Funnel | null;
  readonly host: PolicyHost;
  readonly people: People;
}

/**
 * A recommendation engine in this process: one open snapshot, one state directory.
 *
 * @example
 * ```ts
 * const engine = await Engine.open({ snapshot: 'home/snapshots/latest', state: 'home/state' });
 * const slate = await engine.recommend({ user: 'ada' });
 * await engine.observe({
 *   id: 'event-1', user: 'ada', item: slate.items[0].id, type: 'play',
 *   time: Date.now(), decisionId: slate.decisionId,
 * });
 * await engine.close();
 * ```
 */
export class Engine implements AsyncDisposable {
  readonly #options: EngineOptions;
  readonly #memory: Memory;
  readonly #propensities: PropensityQueue;
  readonly #afterwards: Afterwards;
  readonly #calls = new Calls();
  readonly #swaps = new InTurn();
  readonly #upkeep: Upkeep;
  readonly #query: QueryParts;
  readonly #accounts: Accounts;
  readonly #reasoning: Reasoning | null;
  #serving!: Serving;
  #closing: Promise<void> | null = null;
  /** Requests under way; work after answers waits for a moment without any. */
  #requests = 0;

  private constructor(
    options: EngineOptions,
    memory: Memory,
    accounts: Accounts,
    reasoning: Reasoning | null,
  ) {
    this.#options = options;
    this.#memory = memory;
    this.#accounts = accounts;
    this.#reasoning = reasoning;
    this.#query = { sessions: new Sessions(), reasoning, crossEncoder: options.crossEncoder ?? null };
    this.#afterwards = new Afterwards(options.onError);
    this.#propensities = new PropensityQueue(
      memory.decisions,
      options.propensityDraws ?? 32,
      () => this.#requests === 0,
    );
    this.#upkeep = new Upkeep(memory, this.#afterwards, () => this.#serving);
  }

  /**
   * Opens a snapshot and the state directory, restores what the policy had learned, and completes decisions whose
   * propensities a crash left pending.
   *
   * @throws ERR_SLUICE_SNAPSHOT_NOT_FOUND, ERR_SLUICE_SNAPSHOT_DAMAGED, ERR_SLUICE_SNAPSHOT_TOO_NEW,
   * ERR_SLUICE_BACKEND_UNAVAILABLE, ERR_SLUICE_STORE_FAILED, ERR_SLUICE_RECORD_DAMAGED, ERR_SLUICE_RECORD_TOO_NEW,
   * ERR_SLUICE_FUNNEL_INVALID, ERR_SLUICE_INVALID_ARGUMENT for an option outside its range.
   */
  static async open(options: EngineOptions): Promise<Engine> {
    const { seed = 1, settleEveryMs = 10_000 } = options;
    if (!Number.isFinite(seed)) throw unexpected('a finite number', 'seed', seed);
    if (!(settleEveryMs >= 1 && settleEveryMs <= LONGEST_TIMER))
      throw unexpected(`milliseconds from 1 to ${LONGEST_TIMER}`, 'settleEveryMs', settleEveryMs);
    const model = await ServingModel.open(options.snapshot, options);
    let memory: Memory | undefined;
    let engine: Engine | undefined;
    try {
      memory = await Memory.open(options);
      const { reasoning, onError, cpuHour = 40_000_000 } = options;
      const accounts = new Accounts(memory, { cpuHour, pacing: pacingOf(reasoning) }, onError);
      const buying = reasoning ? await Reasoning.open(reasoning, memory, accounts, onError) : null;
      engine = new Engine(options, memory, accounts, buying);
      engine.#serving = await engine.#compose(model);
      await completePending(memory, engine.#propensities, engine.#afterwards, engine.#replicaOf);
      engine.#upkeep.start(settleEveryMs);
      return engine;
    } catch (error) {
      if (engine) {
        await engine.#propensities.close();
        await engine.#reasoning?.close();
      }
      await model.retire();
      // A store of the caller's stays open: it was not handed over.
      if (typeof options.state === 'string') await memory?.close();
      throw error;
    }
  }

  /** Name of the backend that answers: `native`, `wasm` or `reference`. */
  get backend(): BackendName {
    return this.#serving.model.index.backend;
  }

  /** Hash of the snapshot being served. */
  get snapshot(): string {
    return this.#serving.model.hash;
  }

  /** The catalogue being served. */
  get catalog(): Catalog {
    return this.#serving.model.snapshot.catalog;
  }

  /** The funnel being served, as a JSON value. */
  get funnel(): FunnelJson {
    return this.#serving.funnel.toJSON();
  }

  /** What was taken in, refused and passed by since opening. */
  get counters(): EngineCounters {
    const { events, settlement } = this.#memory;
    return {
      events: events.counters,
      settlement: settlement.counters,
      policy: this.#serving.host.counters,
      propensities: this.#propensities.counters,
    };
  }

  /** What requests have cost since the state directory was made, by path and stage. */
  get ledger(): LedgerReport {
    return this.#accounts.report();
  }

  /** What reasoning has spent today and may still spend; null without limits. */
  get spending(): BudgetReport | null {
    return this.#reasoning?.report() ?? null;
  }

  /**
   * Recommends a slate. The decision is logged after the answer; {@link Engine.flush} waits for that.
   *
   * A person's first request waits for their number to be durable; later ones do no input or output.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT naming the field, ERR_SLUICE_STAGE_FAILED, ERR_SLUICE_CLOSED; `signal.reason`.
   */
  recommend(request: RecommendRequest): Promise<Slate> {
    return this.#calls.run(() => this.#recommend(request));
  }

  /**
   * Recommends a slate, and then perhaps a better one: yields the fast slate as soon as it stands, and the reasoned one
   * if a reasoner reordered it in time. Both have one decision id; what is logged is the last. Who stops listening
   * after the first still pays for what was bought.
   *
   * @throws as {@link Engine.recommend}, before the first slate; never after it.
   * @example
   * ```ts
   * const engine = await Engine.open({ snapshot: 'home/snapshots/latest', state: 'home/state' });
   * for await (const slate of engine.recommendStream({ user: 'ada' })) process.stdout.write(`${slate.route}\n`);
   * await engine.close();
   * ```
   */
  async *recommendStream(request: RecommendRequest): AsyncGenerator<Slate, void, undefined> {
    let tell: (slate: Slate) => void = () => {};
    const first = new Promise<Slate>((resolve) => (tell = resolve));
    const last = this.#calls.run(() => this.#recommend(request, tell));
    const fast = await Promise.race([first, last]);
    yield fast;
    const slate = await last;
    if (slate !== fast && slate.route !== 'fast') yield slate;
  }

  /**
   * Takes an event in; resolves once it is durable and the next recommendation will reflect it.
   *
   * A repeated event id is acknowledged as a duplicate. Late events change what is known of the person but are not
   * credited to a decision whose attribution window has closed.
   *
   * @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_EVENT_IN_FUTURE, ERR_SLUICE_STORE_FAILED, ERR_SLUICE_CLOSED.
   */
  observe(event: Event): Promise<Acknowledgement> {
    return this.#calls.run(async () => {
      const acknowledgement = await this.#memory.observe(event);
      this.#upkeep.settle();
      return { ...acknowledgement, known: this.catalog.rowOf(event.item) !== undefined };
    });
  }

  /**
   * Why did a decision show what it showed? Its record, the outcomes joined by decision id, and whether the policy's
   * choice replays bit for bit. A diagnostic: it replays the settled slates of the log up to that decision.
   *
   * @throws ERR_SLUICE_UNKNOWN_DECISION, ERR_SLUICE_CLOSED.
   */
  explain(decisionId: string): Promise<Explanation> {
    return this.#calls.run(async () => {
      await this.#afterwards.idle();
      return explainDecision(decisionId, this.#memory, this.#replicaOf);
    });
  }

  /**
   * Serves another snapshot from the next request on; requests under way finish on the old one, and the promise
   * resolves with the last of them. What the policy learned is carried over by item id: the settled slates of the log
   * are replayed beside the requests. Several swaps take effect in the order of the calls.
   *
   * @throws as {@link Engine.open}; the old snapshot is then still served.
   */
  swap(snapshot: string): Promise<void> {
    return this.#calls.run(async () => {
      const old = await this.#swaps.run(() => this.#replaceBy(snapshot));
      await old.model.retire();
      // Its choices are still asked for their propensities.
      void this.#afterwards.idle().then(() => old.host.policy.close?.());
    });
  }

  /**
   * Forgets who a person is, in one durable write: the key map alone holds keys, and what the log, the state and
   * snapshots keep under the number that stood for this one leads to nobody. A later sighting of the key is somebody new.
   *
   * @returns whether there was such a person.
   * @throws ERR_SLUICE_INVALID_ARGUMENT, ERR_SLUICE_STORE_FAILED, ERR_SLUICE_CLOSED.
   */
  forget(user: string): Promise<boolean> {
    return this.#calls.run(() => this.#memory.forget(user));
  }

  /** Waits until all decisions so far are logged with their propensities. @throws the first failure since the last. */
  async flush(): Promise<void> {
    await this.#afterwards.flush();
  }

  /**
   * Waits for the calls under way, logs what they decided, saves what the policy learned, frees the index and the store.
   * Idempotent; other calls are refused from now on.
   *
   * @throws the first failure of a record or of the state that nobody was told of; everything is freed all the same.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#upkeep.stop();
    await this.#calls.end();
    await this.#afterwards.idle();
    await this.#propensities.close();
    const { model, host } = this.#serving;
    try {
      await host.save();
      await this.#accounts.save();
      await this.#reasoning?.close();
    } finally {
      host.policy.close?.();
      await model.retire();
      await this.#memory.close();
    }
    await this.#afterwards.flush();
  }

  async #recommend(request: RecommendRequest, onFast?: (slate: Slate) => void): Promise<Slate> {
    const started = performance.now();
    const asked = checkRequest(request, this.#memory.now());
    asked.signal?.throwIfAborted();
    await this.#afterwards.roomToAnswer();
    const userNumber = await this.#memory.userNumber(asked.user);
    const { model, ...funnels } = this.#serving;
    const funnel = asked.query === null ? funnels.funnel : funnels.queryFunnel;
    if (funnel === null)
      throw unexpected('no query: the engine was opened with queryFunnel null', 'query', asked.query);
    this.#requests++;
    try {
      return await model.use(async () => {
        const { decisionId = () => crypto.randomUUID(), seed = 1 } = this.#options;
        const { tenant, budget: limit } = asked;
        const account = { user: userNumber, limit, ...(tenant !== undefined && { tenant }) };
        const budget = (await this.#reasoning?.budgetOf(account)) ?? new RequestBudget(limit);
        const { words } = model;
        const known = { decisionId: decisionId(), userNumber, budget, seed, started, words };
        const context = requestContext(asked, known);
        const answer = (result: FunnelResult) =>
          slateOf(context, funnel, result, { catalog: model.snapshot.catalog, hash: model.hash }, started);
        const value = context.value ?? this.#reasoning?.value ?? 0;
        const book = (result: FunnelResult | null) => this.#accounts.record(context, result, value);
        const heard = onFast && ((result: FunnelResult) => onFast(answer(result)));
        const run = await runFunnel(funnel, context, heard).catch((error: unknown) => {
          book(null);
          throw error;
        });
        this.#afterwards.record(run.after);
        book(run.result);
        return answer(run.result);
      });
    } finally {
      this.#requests--;
    }
  }

  /** Serves another snapshot; returns what was served before. */
  async #replaceBy(snapshot: string): Promise<Serving> {
    const model = await ServingModel.open(snapshot, this.#options);
    try {
      return await this.#upkeep.alone(async () => {
        const old = this.#serving;
        this.#serving = await this.#compose(model);
        return old;
      });
    } catch (error) {
      await model.retire();
      throw error;
    }
  }

  #replicaOf: ReplicaOf = async (hash) => {
    const { model } = this.#serving;
    const served = hash === model.hash ? model.snapshot : await this.#memory.itemsOf(hash);
    return served ? hostOf(served, hash, this.#memory, this.#options.policy) : null;
  };

  async #compose(model: ServingModel): Promise<Serving> {
    const { snapshot } = model;
    await this.#memory.rememberSnapshot(model.hash, snapshot.path, snapshot.catalog);
    const host = hostOf(snapshot, model.hash, this.#memory, this.#options.policy);
    try {
      host.restore();
      await this.#upkeep.learn(host);
      const people = peopleOf(model, this.#memory.users);
      const sink = decisionSink({
        log: this.#memory.decisions,
        snapshot: model.hash,
        policy: host.policy.name,
        complete: (...pending) => void this.#afterwards.track(this.#propensities.complete(...pending)),
      });
      const words = model.words ? queryStages(model, model.words, this.#query) : {};
      const registry = stageRegistry(model, people, host, words, this.#options.stages?.(model) ?? {});
      const funnel = funnelFromJson(this.#options.funnel ?? DEFAULT_FUNNEL, registry, sink);
      const { queryFunnel = QUERY_FUNNEL } = this.#options;
      return {
        model,
        host,
        people,
        funnel,
        queryFunnel: queryFunnel && funnelFromJson(queryFunnel, registry, sink),
      };
    } catch (error) {
      host.policy.close?.();
      throw error;
    }
  }
}
