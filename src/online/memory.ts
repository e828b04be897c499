/** What does the engine remember? The state directory: who people are, what they did, what was decided and settled. */

import { realpath } from 'node:fs/promises';
import type { Catalog } from '../catalog/catalog.ts';
import { SluiceError, unexpected } from '../errors.ts';
import { DecisionLog } from '../log/decision-log.ts';
import type { Event } from '../log/event.ts';
import { type Appended, EventLog } from '../log/event-log.ts';
import { KeyMap } from '../log/key-map.ts';
import { openLmdbStore } from '../log/lmdb-store.ts';
import type { Store } from '../log/store.ts';
import { Settlement } from '../nearline/settlement.ts';
import { checkStrength, type Strength } from '../nearline/strength.ts';
import { UserStates } from '../nearline/user-state.ts';
import { openCatalog, openItems, type Snapshot } from '../offline/snapshot.ts';

/** Where the engine remembers, and how it judges. */
export interface MemoryOptions {
  /** The state directory, made if it is not there; or an open store, which the engine then closes. */
  readonly state: string | Store;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** How long after a decision its outcomes count, in milliseconds. @default 30 minutes */
  readonly attributionWindowMs?: number;
  /** What an event says about liking its item. @default plays, clicks, likes and ratings from 4 are positives */
  readonly strength?: Strength;
}

const SNAPSHOTS = 'snapshots';

/** Catalogues kept in memory: those of the slates that settle today, and not of every day since the start. */
const MOST_CATALOGS = 4;

/** The logs and states on one store. */
export class Memory {
  readonly store: Store;
  readonly now: () => number;
  readonly events: EventLog;
  readonly decisions: DecisionLog;
  readonly settlement: Settlement;
  readonly users: UserStates;
  readonly #keys: KeyMap;
  /** Least recently used first. */
  readonly #catalogs = new Map<string, Catalog>();

  private constructor(store: Store, options: MemoryOptions) {
    const { clock = Date.now, strength, attributionWindowMs: windowMs } = options;
    this.store = store;
    this.now = clock;
    this.#keys = new KeyMap(store);
    this.events = new EventLog(store, this.#keys, {
      clock,
      check: (event) => checkStrength(event, strength),
    });
    this.decisions = new DecisionLog(store);
    this.users = new UserStates(this.events, { strength });
    const catalogOf = (hash: string) => this.catalogOf(hash);
    this.settlement = new Settlement({
      store,
      events: this.events,
      decisions: this.decisions,
      catalogOf,
      windowMs,
      strength,
    });
    this.events.onAppended((event) => {
      this.users.apply(event);
      this.settlement.apply(event);
    });
  }

  /** Opens the state. @throws ERR_SLUICE_STORE_FAILED, ERR_SLUICE_INVALID_ARGUMENT. */
  static async open(options: MemoryOptions): Promise<Memory> {
    const { state } = options;
    if (typeof state === 'string' ? state === '' : typeof state?.write !== 'function') {
      throw unexpected('a directory or a store', 'state', state);
    }
    if (typeof state !== 'string') return new Memory(state, options);
    const store = await openLmdbStore({ directory: state });
    try {
      return new Memory(store, options);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** The number of a person: a look-up, or for somebody new an assignment that is durable when it resolves. */
  userNumber(key: string): number | Promise<number> {
    return this.#keys.lookup(key) ?? this.#keys.numberOf(key);
  }

  /** The key of a person; undefined when they were forgotten. */
  keyOf(userNumber: number): string | undefined {
    return this.#keys.keyOf(userNumber);
  }

  /** Removes the key of a person; false where there was none. */
  forget(key: string): Promise<boolean> {
    return this.#keys.forget(key);
  }

  /** Appends an event. */
  observe(event: Event): Promise<Appended> {
    return this.events.append(event);
  }

  /** Notes which snapshot a hash stands for, durably, and keeps its catalogue. */
  async rememberSnapshot(hash: string, path: string, catalog: Catalog): Promise<void> {
    this.#keep(hash, catalog);
    // A link such as `latest` will lead elsewhere one day.
    const value = new TextEncoder().encode(await realpath(path));
    await this.store.write([{ table: SNAPSHOTS, key: hash, value }]);
  }

  /**
   * The catalogue of a snapshot that was served from this state; undefined when it is gone from the disk, or damaged.
   *
   * @throws ERR_SLUICE_SNAPSHOT_NOT_FOUND or ERR_SLUICE_SNAPSHOT_DAMAGED when the system could not read it for now (too
   * many open files): nothing may be given up for that.
   */
  async catalogOf(hash: string): Promise<Catalog | undefined> {
    let catalog = this.#catalogs.get(hash);
    if (!catalog) {
      const path = this.#pathOf(hash);
      catalog = path === undefined ? undefined : await openCatalog(path, hash).catch(unlessGone);
    }
    if (catalog) this.#keep(hash, catalog);
    return catalog;
  }

  /** The same with the vectors of the items, read anew by each call. @throws as {@link Memory.catalogOf}. */
  async itemsOf(hash: string): Promise<Pick<Snapshot, 'catalog' | 'items'> | undefined> {
    const path = this.#pathOf(hash);
    return path === undefined ? undefined : openItems(path, hash).catch(unlessGone);
  }

  /** Saves bytes under a key of the policy's table. */
  async savePolicy(key: readonly [string, string], value: Uint8Array): Promise<void> {
    await this.store.write([{ table: 'policy', key, value }]);
  }

  /** What {@link Memory.savePolicy} saved. */
  savedPolicy(key: readonly [string, string]): Uint8Array | undefined {
    return this.store.get('policy', key);
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  #pathOf(hash: string): string | undefined {
    const path = this.store.get(SNAPSHOTS, hash);
    return path && new TextDecoder().decode(path);
  }

  #keep(hash: string, catalog: Catalog): void {
    this.#catalogs.delete(hash);
    this.#catalogs.set(hash, catalog);
    if (this.#catalogs.size > MOST_CATALOGS) this.#catalogs.delete(this.#catalogs.keys().next().value!);
  }
}

function unlessGone(error: Error): undefined {
  const { cause } = error;
  const code = SluiceError.is(cause) ? undefined : (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code !== undefined && code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
}
