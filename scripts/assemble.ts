import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publishedPackages, ROOT, type Workspace } from './workspaces.ts';

/*
 * npm run assemble -- DIRECTORY: builds everything and puts into a new directory what a gateway needs at run time: the
 * published form of the server and the packages that it depends on, with all other dependencies in the versions of
 * package-lock.json. The container image and the systemd unit run it.
 */

const SERVER = 'rtcstats-server';
const argument = process.argv[2];
if (argument === undefined) fail('Usage: npm run assemble -- DIRECTORY');
const target = resolve(process.env['INIT_CWD'] ?? '.', argument);
if (existsSync(join(target, 'package.json')))
  fail(`${target} contains an installation: remove it, or name another directory`);

execFileSync(process.execPath, [join(ROOT, 'scripts/build.ts')], { stdio: 'inherit' });
const members = neededBy(SERVER);
for (const { folder, directory } of members) {
  cpSync(join(directory, 'dist'), join(target, 'packages', folder), { recursive: true });
}
for (const file of ['package-lock.json', 'LICENSE']) cpSync(join(ROOT, file), join(target, file));
const manifest = {
  name: 'rtcstats-server-installation',
  // `npm sbom` needs one.
  version: members.find(({ manifest }) => manifest.name === SERVER)!.manifest.version,
  private: true,
  workspaces: members.map(({ folder }) => `packages/${folder}`),
};
writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
// Not `npm ci`, because the lockfile lists the tools of the checkout too: npm drops these and keeps the versions of the
// rest.
execFileSync('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
  cwd: target,
  stdio: 'inherit',
});

/** The package and all published packages that it depends on. */
function neededBy(name: string): Workspace[] {
  const published = new Map(publishedPackages().map((workspace) => [workspace.manifest.name, workspace]));
  const needed = new Set<Workspace>();
  const visit = (dependency: string): void => {
    const workspace = published.get(dependency);
    if (workspace === undefined || needed.has(workspace)) return;
    needed.add(workspace);
    Object.keys(workspace.manifest.dependencies ?? {}).forEach(visit);
  };
  visit(name);
  return [...needed];
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
