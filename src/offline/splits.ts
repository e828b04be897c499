/** Which interactions train a model, and which test it? Three ways to hold some out, all of one shape. */

import { unexpected } from '../errors.ts';
import { RandomStream } from '../numerics/random.ts';
import { bySortedTime, type Csr, type Interactions, toCsr, where } from './dataset.ts';

/** One user to be tested in a fold. */
export interface Case {
  /** User number of the data set. */
  readonly user: number;
  /** Catalogue rows that the model may know of the user, ascending; they are never recommended. */
  readonly foldIn: Uint32Array;
  /** Catalogue rows to be found, ascending, all known to the training of the fold; at least one. */
  readonly heldOut: Uint32Array;
}

/** One training and its test cases. */
export interface Fold {
  readonly train: Interactions;
  /** Ascending by user. */
  readonly cases: readonly Case[];
}

/** A way of testing models on a history. */
export interface Split {
  readonly name: 'global-time' | 'per-user-last' | 'strong-generalisation';
  readonly folds: readonly Fold[];
  /** What a report must say of it, in sentences. */
  readonly notes: readonly string[];
}

/** Fewer test users than this cannot rank models: a 95 % interval of NDCG is then wider than the models differ. */
export const FEWEST_USERS = 100;

/**
 * Holds out the latest positives of all users: training ends at one moment, as in production (Meng et al. 2020).
 *
 * The cut is the time of the positive at place `floor((1 - fraction) n)`; what happened at the cut or later is held
 * out. Tested are the users with positives on both sides.
 *
 * @param fraction share of positives to hold out, in (0, 1); the usual one is 0.1.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for another fraction.
 */
export function globalTimeSplit(positives: Interactions, fraction = 0.1): Split {
  if (!(fraction > 0 && fraction < 1)) throw unexpected('a number between 0 and 1', 'fraction', fraction);
  const { times } = bySortedTime(positives);
  const cut = times[Math.floor((1 - fraction) * times.length)] ?? Number.POSITIVE_INFINITY;
  const train = where(positives, (e) => positives.times[e] < cut);
  const later = where(positives, (e) => positives.times[e] >= cut);
  const users = userCountOf(positives);
  const cases = casesOf(train, toCsr(train, users), toCsr(later, users));
  const when = Number.isFinite(cut) ? ` at ${new Date(cut).toISOString()}` : '';
  return split(
    'global-time',
    [{ train, cases }],
    [`Training ends${when}; ${later.users.length} later positives.`],
  );
}

/**
 * Holds out each user's last positive: the latest, and of several at that time the one of the highest row.
 *
 * @param fewest users with fewer distinct positive items are neither trained on nor tested. @default 5
 */
export function perUserLastSplit(positives: Interactions, { fewest = 5 }: { fewest?: number } = {}): Split {
  const kept = withAtLeast(positives, fewest);
  const users = userCountOf(kept);
  const lastTime = new Float64Array(users).fill(Number.NEGATIVE_INFINITY);
  const lastItem = new Uint32Array(users);
  for (let e = 0; e < kept.users.length; e++) {
    const user = kept.users[e];
    const later = kept.times[e] > lastTime[user];
    if (later || (kept.times[e] === lastTime[user] && kept.items[e] > lastItem[user])) {
      lastTime[user] = kept.times[e];
      lastItem[user] = kept.items[e];
    }
  }
  // By item, not by entry: an earlier repeat of the held-out pair would leak it into the training.
  const train = where(kept, (e) => kept.items[e] !== lastItem[kept.users[e]]);
  const held = where(kept, (e) => kept.items[e] === lastItem[kept.users[e]]);
  const cases = casesOf(train, toCsr(train, users), toCsr(held, users));
  const tested = new Set(kept.users).size;
  return split(
    'per-user-last',
    [{ train, cases }],
    [`${cases.length} of ${tested} users have a last positive that the training knows.`],
  );
}

/** Options of {@link strongGeneralisationSplit}. */
export interface StrongGeneralisationOptions {
  /** Every user is tested in one fold, by a model that never saw them. @default 5 */
  readonly folds?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Share of a tested user's items that is held out, rounded, at least one item. @default 0.2 */
  readonly heldOutShare?: number;
  /** Users with fewer distinct positive items are left out. @default 5 */
  readonly fewest?: number;
}

/**
 * Tests each user with a model trained on other users, who are folded in by a part of their positives (Liang et al.
 * 2018, "Variational Autoencoders for Collaborative Filtering").
 *
 * @throws ERR_SLUICE_INVALID_ARGUMENT for fewer than 2 folds or a share outside (0, 1).
 */
export function strongGeneralisationSplit(
  positives: Interactions,
  { folds = 5, seed = 1, heldOutShare = 0.2, fewest = 5 }: StrongGeneralisationOptions = {},
): Split {
  if (!Number.isInteger(folds) || folds < 2) throw unexpected('a whole number of at least 2', 'folds', folds);
  if (!(heldOutShare > 0 && heldOutShare < 1)) {
    throw unexpected('a number between 0 and 1', 'heldOutShare', heldOutShare);
  }
  const kept = withAtLeast(positives, Math.max(fewest, 2));
  const all = toCsr(kept, userCountOf(kept));
  const users = [...new Set(kept.users)].sort((a, b) => a - b);
  const order = new RandomStream(seed, 'folds').shuffle([...users]);
  const foldOf = new Map(order.map((user, place) => [user, place % folds]));
  const parts = new Map<number, Omit<Case, 'user'>>();
  for (const user of users) {
    const items = all.items.slice(all.offsets[user], all.offsets[user + 1]);
    new RandomStream(seed, `user-${user}`).shuffle(items);
    const held = Math.min(Math.max(1, Math.round(items.length * heldOutShare)), items.length - 1);
    parts.set(user, { heldOut: items.slice(0, held).sort(), foldIn: items.slice(held).sort() });
  }
  return strongGeneralisationOf(kept, foldOf, parts);
}

/** The split that tests each user in the given fold with the given parts. @internal */
export function strongGeneralisationOf(
  positives: Interactions,
  foldOf: ReadonlyMap<number, number>,
  parts: ReadonlyMap<number, Omit<Case, 'user'>>,
): Split {
  const users = [...parts.keys()].sort((a, b) => a - b);
  const folds = [...new Set(foldOf.values())].sort((a, b) => a - b);
  const made = folds.map((fold): Fold => {
    const train = where(positives, (e) => (foldOf.get(positives.users[e]) ?? fold) !== fold);
    const known = itemsOf(train);
    const cases = users
      .filter((user) => foldOf.get(user) === fold)
      .map((user) => {
        const { foldIn, heldOut } = parts.get(user) as Omit<Case, 'user'>;
        return { user, foldIn, heldOut: heldOut.filter((item) => known.has(item)) };
      })
      .filter(({ heldOut }) => heldOut.length > 0);
    return { train, cases };
  });
  const tested = made.reduce((sum, { cases }) => sum + cases.length, 0);
  return split('strong-generalisation', made, [
    `${tested} of ${users.length} users in ${folds.length} folds have a held-out item that the training knows.`,
  ]);
}

function split(name: Split['name'], folds: readonly Fold[], notes: string[]): Split {
  const users = folds.reduce((sum, { cases }) => sum + cases.length, 0);
  if (users < FEWEST_USERS) {
    notes.push(
      `Only ${users} users remain to be tested: too few to rank models (at least ${FEWEST_USERS} are needed).`,
    );
  }
  return { name, folds, notes };
}

/** Users with a history in training, each with the later items that are new to them and known to the training. */
function casesOf(train: Interactions, history: Csr, later: Csr): Case[] {
  const known = itemsOf(train);
  const cases: Case[] = [];
  for (let user = 0; user + 1 < history.offsets.length; user++) {
    const foldIn = history.items.slice(history.offsets[user], history.offsets[user + 1]);
    if (foldIn.length === 0) continue;
    const seen = new Set(foldIn);
    const held = later.items.slice(later.offsets[user], later.offsets[user + 1]);
    const heldOut = held.filter((item) => known.has(item) && !seen.has(item));
    if (heldOut.length > 0) cases.push({ user, foldIn, heldOut });
  }
  return cases;
}

/** The interactions of users who have at least so many distinct items. */
function withAtLeast(interactions: Interactions, fewest: number): Interactions {
  const { offsets } = toCsr(interactions, userCountOf(interactions));
  return where(interactions, (e) => {
    const user = interactions.users[e];
    return offsets[user + 1] - offsets[user] >= fewest;
  });
}

function userCountOf({ users }: Interactions): number {
  let count = 0;
  for (const user of users) if (user >= count) count = user + 1;
  return count;
}

function itemsOf({ items }: Interactions): Set<number> {
  return new Set(items);
}
