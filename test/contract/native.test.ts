import { nativeContract } from './native.ts';

nativeContract();
