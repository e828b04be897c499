import { nativeContract } from './native.ts';

nativeContract('avx2');
