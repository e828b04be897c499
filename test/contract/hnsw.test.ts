import { test } from 'vitest';
import { probeAddon } from '../../src/vectors/addon.ts';
import { backendContract } from './backends.ts';

const probe = probeAddon();
if (probe.ok && probe.addon.Graph !== undefined) backendContract('native', 'hnsw');
else test.skip(`hnsw: no graph here (${probe.ok ? 'built without a C++ compiler' : probe.reason})`, () => {});
