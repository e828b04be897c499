/** What can happen to a person and an item? The event, as callers send it and as the log keeps it. */

/** An event as the caller observes it. */
export interface Event {
  /** Unique per event; a second event of the same id is acknowledged and ignored. */
  readonly id: string;
  /** The caller's key of the person. Only the key map ever stores it. */
  readonly user: string;
  /** The caller's id of the item. */
  readonly item: string;
  /** What happened: `click`, `play`, `finish`, `rating`, `dismiss`, ...; any text of at most 64 characters. */
  readonly type: string;
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
  /** Its strength where it has one (a rating, seconds played); finite. @default 1 */
  readonly value?: number;
  /** The decision that showed the item, if one did. */
  readonly decisionId?: string;
}

/** An event as the log keeps it: with a user number in place of the key. */
export interface LoggedEvent {
  /** Position in the log, from 1, without gaps. */
  readonly sequence: number;
  readonly id: string;
  readonly userNumber: number;
  readonly item: string;
  readonly type: string;
  readonly time: number;
  readonly value: number;
  readonly decisionId?: string;
  /** When the log received it, by the clock of this process. */
  readonly receivedAt: number;
}
