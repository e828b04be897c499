/** What does the demo run on? A history, how to split it, and people who come and react. */

import type { Dataset, Interactions, Split } from '../../index.ts';
import type { World } from '../../simulation/world.ts';
import type { ModelOptions } from '../model-options.ts';

/** One visit: who comes when, and what they do with what they are shown. */
export interface Visit {
  readonly user: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Ids of the shown items that are played. */
  plays(shown: readonly string[]): string[];
  /** Items that the person finds afterwards without having been shown them. */
  readonly finds: readonly string[];
}

/** Everything that the demo needs to know of its input. */
export interface DemoInput {
  readonly dataset: Dataset;
  /** What the served model learns from; nothing that visits play back. */
  readonly history: Interactions;
  readonly splits: readonly Split[];
  readonly model: ModelOptions;
  readonly visits: Iterable<Visit>;
  /** Number of `visits`. */
  readonly visitCount: number;
  /** World of the regret table, whose truth is known. */
  readonly world: World;
  /** True when history and reactions come from that world. */
  readonly simulated: boolean;
}
