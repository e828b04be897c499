import { test } from 'vitest';
import { probeAddon } from '../../src/vectors/addon.ts';
import { fuzzIndexFile } from './index-file-fuzz.ts';

const probe = probeAddon();
if (probe.ok) fuzzIndexFile('native');
else test.skip(`native: no addon here (${probe.reason})`, () => {});
