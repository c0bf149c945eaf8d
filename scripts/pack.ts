import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publishedPackages, ROOT } from './workspaces.ts';

/*
 * npm run pack [DIRECTORY]: builds every published package and packs it as a tarball (default: tarballs/ of the
 * checkout). Install all of them in one command, because they depend on each other: npm install tarballs/*.tgz
 */

const target = resolve(process.argv[2] ?? join(ROOT, 'tarballs'));
execFileSync(process.execPath, [join(ROOT, 'scripts/build.ts')], { stdio: 'inherit' });
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const folders = publishedPackages().map(({ directory }) => join(directory, 'dist'));
execFileSync('npm', ['pack', '--silent', '--pack-destination', target, ...folders], { cwd: ROOT, stdio: 'inherit' });
