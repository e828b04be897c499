import { runtimeContract, withRuntime } from './runtimes.ts';

withRuntime('@tensorflow/tfjs', () => runtimeContract('tfjs'));
