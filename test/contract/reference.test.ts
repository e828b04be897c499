import { backendContract } from './backends.ts';

backendContract('reference');
