/** `sluice doctor`: which backend answers here, and why not a faster one? */

import { doctor, doctorExitCode, renderDoctor } from '../index.ts';
import { answer } from './output.ts';

/** Exit status 0 with the native addon, 1 degraded, 2 when nothing works. */
export async function doctorCommand({ json = false }: { json?: boolean }): Promise<void> {
  const report = await doctor();
  answer(json, report, () => renderDoctor(report).trimEnd());
  process.exitCode = doctorExitCode(report);
}
