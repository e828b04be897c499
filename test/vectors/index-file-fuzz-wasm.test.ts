import { fuzzIndexFile } from './index-file-fuzz.ts';

fuzzIndexFile('wasm');
