// `npm start`: sets the checkout up, then runs the main job.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, say, setup } from './setup.mjs';

say('Sluice: checking the build');
await setup();
const { status } = spawnSync(
  process.execPath,
  [join(root, 'dist/js/main.js'), 'demo', ...process.argv.slice(2)],
  {
    // npm runs scripts in the root; paths on the command line are meant from where npm was called.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
