import { backendContract } from './backends.ts';

backendContract('wasm');
