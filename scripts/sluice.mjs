// `npm run -s sluice -- COMMAND`: sets the checkout up, then runs the command line in this process.
import { setup } from './setup.mjs';

await setup();
// npm runs scripts in the root; paths on the command line are meant from where npm was called.
process.chdir(process.env.INIT_CWD ?? process.cwd());
await import('../dist/js/main.js');
