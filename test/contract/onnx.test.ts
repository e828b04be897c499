import { runtimeContract, withRuntime } from './runtimes.ts';

withRuntime('onnxruntime-node', () => runtimeContract('onnx'));
