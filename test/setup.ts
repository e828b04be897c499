/** Property tests draw the same cases in every run: a failure repeats, and none comes and goes. */

import fc from 'fast-check';

fc.configureGlobal({ seed: 20260101 });
