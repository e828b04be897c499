/** Where does the command line keep things? `snapshots/` named by time, and `state/`, below one directory. */

import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SluiceError } from '../index.ts';

/** The state directory of a home. */
export function statePath(home: string): string {
  return resolve(home, 'state');
}

/** A free path for a snapshot made at `time`; later ones sort later. @param time milliseconds since 1970. */
export function newSnapshotPath(home: string, time: number): string {
  return resolve(home, 'snapshots', new Date(time).toISOString().replaceAll(':', '-'));
}

/** The newest snapshot of a home. @throws ERR_SLUICE_SNAPSHOT_NOT_FOUND where there is none. */
export async function latestSnapshot(home: string): Promise<string> {
  const folder = resolve(home, 'snapshots');
  const names = await readdir(folder).catch(() => [] as string[]);
  // Snapshots appear by rename, so that whatever does not start with a dot is whole.
  const latest = names
    .filter((name) => !name.startsWith('.'))
    .sort()
    .at(-1);
  if (latest === undefined) {
    throw new SluiceError(
      'ERR_SLUICE_SNAPSHOT_NOT_FOUND',
      `Expected a snapshot below ${folder} but there is none`,
      {
        remedy: 'Train one: `sluice train --data DIR --home DIR`.',
      },
    );
  }
  return join(folder, latest);
}
