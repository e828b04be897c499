// Recommends, waits for the propensities, and leaves without closing the engine.
import { Engine } from '../../../dist/js/index.js';

const [, , snapshot, state] = process.argv;
const engine = await Engine.open({ snapshot, state });
for (let i = 0; i < 20; i++) await engine.recommend({ user: `user-${i}` });
await engine.flush();
process.stdout.write(JSON.stringify(engine.counters.propensities));
