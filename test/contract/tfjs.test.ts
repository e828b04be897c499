import { backendContract } from './backends.ts';
import { withRuntime } from './runtimes.ts';

withRuntime('@tensorflow/tfjs', () => backendContract('tfjs'));
