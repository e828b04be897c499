/** Do the declarations serve those who check types strictly, libraries included? */

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { directoryWith } from '../offline/temporary.ts';
import { root } from '../repository/sources.ts';
import { installInto, linkPackages } from './packed.ts';

const IN_NODE = `
import { Catalog, Engine, type Event, evaluate, ials, Index, popularity, type Slate, SluiceError } from 'sluice';

const engine: Engine = await Engine.open({ snapshot: 'home/snapshots/latest', state: 'home/state' });
const slate: Slate = await engine.recommend({ user: 'ada' });
const event: Event = { id: 'event-1', user: 'ada', item: slate.items[0]?.id ?? '', type: 'play', time: 1e12 };
export const duplicate: boolean = (await engine.observe(event)).duplicate;
// @ts-expect-error: a user is text.
await engine.recommend({ user: 7 });
// @ts-expect-error: an event says when it happened.
await engine.observe({ id: 'event-1', user: 'ada', item: 'a', type: 'play' });
await engine.close();
export { Catalog, evaluate, ials, Index, popularity, SluiceError };
`;

const IN_BROWSER = `
import { Index, RandomStream, runFunnel } from 'sluice';
import { Index as Same } from 'sluice/browser';

const index = await Index.create({ dimension: 2, data: Float32Array.of(1, 2) });
const { ids, scores } = await index.search(Float32Array.of(1, 0), { k: 1 });
export const first: [number | undefined, number | undefined] = [ids[0], scores[0]];
export const same: typeof Index = Same;
// @ts-expect-error: the engine needs files.
export { Engine } from 'sluice';
export { RandomStream, runFunnel };
`;

const STRICT = {
  noEmit: true,
  strict: true,
  skipLibCheck: false,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: 'es2022',
};
const NODE = { ...STRICT, types: ['node'] };
// Declarations name `Disposable`, which the types of Node bring along and those of browsers do not yet.
const BROWSER = { ...STRICT, types: [], lib: ['es2022', 'dom', 'esnext.disposable'] };

test.each([
  ['in Node, as Node resolves', IN_NODE, { ...NODE, module: 'nodenext', moduleResolution: 'nodenext' }],
  ['in Node, as bundlers resolve', IN_NODE, { ...NODE, module: 'esnext', moduleResolution: 'bundler' }],
  [
    'in a browser',
    IN_BROWSER,
    { ...BROWSER, module: 'esnext', moduleResolution: 'bundler', customConditions: ['browser'] },
  ],
])('a consumer type-checks %s', (_, code, compilerOptions) => {
  const directory = directoryWith({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions, files: ['app.ts'] }),
  });
  mkdirSync(join(directory, 'node_modules'));
  writeFileSync(join(directory, 'app.ts'), code);
  installInto(directory);
  linkPackages(join(directory, 'node_modules'), ['@types/node']);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', directory], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});
