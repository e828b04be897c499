// `npm run -s sluice -- COMMAND`: sets the checkout up, then runs the command line.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

await setup();
const { status, signal } = spawnSync(
  process.execPath,
  [join(root, 'dist/js/main.js'), ...process.argv.slice(2)],
  {
    // npm runs scripts in the root; paths on the command line are meant from where npm was called.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: 'inherit',
  },
);
process.exit(signal === 'SIGINT' ? 130 : (status ?? 1));
