/** `sluice simulate --problem routing`: what does a router recover of the gain of reasoning, and for which spend? */

import { type RoutingReport, simulateRouting } from '../simulation/simulate-routing.ts';
import { answer } from './output.ts';
import { step } from './progress.ts';
import { fixed, interval, table } from './table.ts';

/** Scores routers that learned from 2000 requests, and from a log of `horizon` choices, on `horizon` other requests. */
export async function simulateRoutingCommand({
  horizon: requests,
  json = false,
}: {
  readonly horizon?: number;
  readonly json?: boolean;
}): Promise<void> {
  const bar = await step('Simulating requests in words');
  const report = simulateRouting({ requests, logged: requests });
  bar.done(`${report.labels} labels, ${report.requests} scored`);
  answer(json, { problem: 'routing', ...report }, () => routingText(report));
}

const NAMES = {
  ...{ router: 'router', fromLog: 'router taught by a log', length: 'longest text first' },
  ...{ residual: 'least understood first', random: 'by chance' },
  ...{ determined: 'knows all but the hidden half', oracle: 'oracle' },
} as const;

function routingText({ routers, ece, aboveLength, unobservable, ...report }: RoutingReport): string {
  return [
    `Gain recovered on ${report.requests} requests, learned from ${report.labels} (simulated)`,
    table([
      ['bought first', 'area and 95 % interval', 'spend for half', 'for 4/5'],
      ...(Object.keys(NAMES) as (keyof typeof NAMES)[]).map((name) => {
        const { apgr, cpt50, cpt80 } = routers[name];
        return [NAMES[name], interval(apgr, 3), `${fixed(100 * cpt50, 1)} %`, `${fixed(100 * cpt80, 1)} %`];
      }),
    ]),
    `Router above length: ${interval(aboveLength, 3)}; calibration error ${fixed(ece, 3)}`,
    `Share of the variance of the gain that is unobservable: ${fixed(unobservable, 2)}`,
    `The log: ${report.logged} choices, a fifth of them by a coin`,
  ].join('\n');
}
