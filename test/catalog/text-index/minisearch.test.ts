import { describe } from 'vitest';
import { textContract } from './contract.ts';

describe('text search by minisearch', () => textContract({ engine: 'minisearch' }));
