// Runs a command with its output on standard error; ends this process with its status when it fails.
import { spawnSync } from 'node:child_process';

export function runCommand(command, args, cwd, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2], ...options });
  if (error) process.stderr.write(`${command}: ${error.message}\n`);
  if (error || status !== 0) process.exit(status || 1);
}
