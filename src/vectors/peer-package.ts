/** Where is an optional package found, and how is it installed where it is not? */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SluiceError } from '../errors.ts';

/** A package that the user installs beside Sluice. */
export interface PeerPackage {
  readonly name: string;
  /** The version that the tests run with. */
  readonly version: string;
}

/**
 * The path of its main module: as the project that has Sluice resolves it, else from the directory in
 * `SLUICE_MODULES`.
 *
 * @throws ERR_SLUICE_MODULE_REQUIRED with the command that installs it.
 */
export function resolvePeer({ name, version }: PeerPackage): string {
  const elsewhere = process.env['SLUICE_MODULES'];
  const places = [import.meta.url, ...(elsewhere ? [join(elsewhere, 'package.json')] : [])];
  for (const place of places) {
    try {
      return createRequire(place).resolve(name);
    } catch {}
  }
  throw new SluiceError(
    'ERR_SLUICE_MODULE_REQUIRED',
    `Expected the package ${name} but it is not installed`,
    {
      details: { name },
      remedy: `Run \`npm install ${name}@${version}\`.`,
    },
  );
}
