/** What came of what was shown, and of what was withheld? The decision log of a holdout as rows of a trial. */

import { unexpected } from '../../errors.ts';
import { type DecisionRecord, NO_PLACE } from '../../log/decision.ts';
import type { LoggedEvent } from '../../log/event.ts';

/** The rows of a trial, one per person, item and surface: columns run parallel. */
export interface Exposures {
  readonly decisionIds: readonly string[];
  readonly userNumbers: Float64Array;
  readonly items: readonly string[];
  /** P(success) as the scorers saw it. */
  readonly scores: Float64Array;
  /** 1 where the item was shown, 0 for a ghost exposure. */
  readonly treatment: Uint8Array;
  /** 1 where the person played the item within the window, in whatever way they came to it. */
  readonly outcomes: Float64Array;
  /** P(shown | it would have been shown): one less the share of the experiment. */
  readonly propensities: Float64Array;
}

/** Where the outcomes are found. */
export interface ExposuresOptions {
  /** The events of a person; an `EventLog` is such. */
  readonly events: { ofUser(userNumber: number): Iterable<LoggedEvent> };
  /** The caller's id of a row of a snapshot. */
  readonly itemOf: (snapshot: string, row: number) => string;
  /** How long after the decision an event counts, in milliseconds. @default 30 minutes */
  readonly windowMs?: number;
  /** What counts as a play. @default events of type `play` */
  readonly isPlay?: (event: LoggedEvent) => boolean;
}

/**
 * The exposures and ghost exposures of the decisions in which a holdout ran, with what people played. What somebody
 * played without being shown it counts as well: that is what showing must be compared with.
 *
 * Only the first exposure of a person to an item on a surface is a row: the later ones are its consequences. Decisions
 * that a deadline cut short are left out. Cost: the events of each person are read once.
 *
 * @param decisions in the order of time, as `DecisionLog.range` gives them.
 * @throws ERR_SLUICE_INVALID_ARGUMENT for a window that is not finite and above 0.
 * @example
 * ```ts
 * const trial = exposuresOf(decisions.range(), { events, itemOf: (_, row) => catalog.idOf(row) });
 * trial.treatment.length; // 0
 * ```
 */
export function exposuresOf(
  decisions: Iterable<DecisionRecord>,
  { events, itemOf, windowMs = 30 * 60_000, isPlay = ({ type }) => type === 'play' }: ExposuresOptions,
): Exposures {
  if (!(windowMs > 0 && windowMs < Infinity)) throw unexpected('milliseconds above 0', 'windowMs', windowMs);
  const playsOf = new Map<number, { readonly item: string; readonly time: number }[]>();
  const rows: { record: DecisionRecord; item: string; score: number; shown: boolean; share: number }[] = [];
  const known = new Set<string>();
  for (const record of decisions) {
    const { withheld, shown, degraded, userNumber, surface, snapshot } = record;
    if (withheld === undefined || degraded) continue;
    const add = (row: number, score: number, wasShown: boolean): void => {
      const item = itemOf(snapshot, row);
      const key = JSON.stringify([userNumber, surface, item]);
      if (known.has(key)) return;
      known.add(key);
      rows.push({ record, item, score, shown: wasShown, share: withheld.share });
    };
    shown.rows.forEach((row, i) => {
      add(row, shown.scores[i], true);
    });
    withheld.rows.forEach((row, i) => {
      if (withheld.places[i] !== NO_PLACE) add(row, withheld.scores[i], false);
    });
  }
  const played = ({ userNumber, time }: DecisionRecord, item: string): boolean => {
    let plays = playsOf.get(userNumber);
    if (plays === undefined) {
      plays = [...events.ofUser(userNumber)]
        .filter(isPlay)
        .map((event) => ({ item: event.item, time: event.time }));
      playsOf.set(userNumber, plays);
    }
    return plays.some((play) => play.item === item && play.time >= time && play.time <= time + windowMs);
  };
  return {
    decisionIds: rows.map(({ record }) => record.decisionId),
    userNumbers: Float64Array.from(rows, ({ record }) => record.userNumber),
    items: rows.map(({ item }) => item),
    scores: Float64Array.from(rows, ({ score }) => score),
    treatment: Uint8Array.from(rows, ({ shown }) => (shown ? 1 : 0)),
    outcomes: Float64Array.from(rows, ({ record, item }) => (played(record, item) ? 1 : 0)),
    propensities: Float64Array.from(rows, ({ share }) => 1 - share),
  };
}
