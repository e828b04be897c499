// Opens a client, buys once from the address in the arguments, and leaves without closing anything. Prints which packages
// were loaded before the first purchase and after it.
import { register } from 'node:module';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

// Hooks run in a thread of their own; what they saw comes by a port.
const { port1, port2 } = new MessageChannel();
const hooks = `
  let port;
  export const initialize = (data) => { port = data.port; };
  export const resolve = (specifier, context, next) => {
    port.postMessage(specifier);
    return next(specifier, context);
  };
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`, {
  data: { port: port2 },
  transferList: [port2],
});
port1.unref();

/** Packages asked for since the last time, by whomever. */
function packages() {
  const seen = new Set();
  for (let message = receiveMessageOnPort(port1); message; message = receiveMessageOnPort(port1))
    if (/^(@|[a-z])/.test(message.message) && !/^(node|file|data):/.test(message.message))
      seen.add(message.message);
  return [...seen];
}

const { ModelClient, openAiCompatible, RequestBudget } = await import('../../../../dist/js/index.js');
const model = openAiCompatible({ baseURL: process.argv[2], model: 'tiny' });
const prices = { id: '', price: () => 10, bound: () => 100 };
const client = new ModelClient({ model, prices });
const asking = { prompt: { system: '', user: 'Which?' }, schema: { type: 'object' }, maxOutputTokens: 9 };
client.bound(asking);
const before = packages();
const answer = await client.ask({
  ...asking,
  purpose: 'plan',
  read: (text) => text,
  deadline: performance.now() + 1500,
  reservation: new RequestBudget(100).reserve(100),
});
process.stdout.write(JSON.stringify({ before, after: packages(), refused: answer.refused ?? null }));
