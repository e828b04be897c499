import { backendContract } from './backends.ts';
import { withRuntime } from './runtimes.ts';

withRuntime('onnxruntime-node', () => backendContract('onnx'));
