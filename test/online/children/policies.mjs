// The policies that are killed and restored.
import { BetaThompson } from '../../../dist/js/index.js';

export const policies = {
  thompson: (arms) => new BetaThompson({ arms }),
};
