// Adds to package-lock.json the optional packages of other platforms that a registry mirror did not list.
//
// npm leaves an optional dependency out of the lock file where its metadata cannot be had, and `npm ci` then refuses
// the lock file everywhere else. Run it after `npm install` on a network that sees only part of the registry.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8'));
const SYSTEMS = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openbsd', 'sunos'];
const PROCESSORS = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x'];

for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] || !/^\d/.test(version)) continue;
    const words = name.split(/[/-]/);
    const os = words.filter((word) => SYSTEMS.includes(word));
    const cpu = words.filter((word) => PROCESSORS.includes(word));
    // A package whose name does not say its platform would be installed everywhere.
    if (os.length === 0 || cpu.length === 0) throw new Error(`Expected a platform in the name of ${name}`);
    lock.packages[place] = { version, cpu, ...(parent.dev && { dev: true }), optional: true, os };
  }
}
const [root, ...others] = Object.entries(lock.packages);
lock.packages = Object.fromEntries([root, ...others.sort(([a], [b]) => (a < b ? -1 : 1))]);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
