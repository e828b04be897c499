// `npm start`: sets the checkout up, then runs the main job.
import { say } from './setup.mjs';

say('Sluice: checking the build');
process.argv.splice(2, 0, 'demo');
await import('./sluice.mjs');
