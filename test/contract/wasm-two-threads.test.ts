import { wasmContract } from './wasm.ts';

wasmContract(2);
