import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { recordings } from '@rtcstats-server/testing/recordings';

export const ROOT = join(import.meta.dirname, '../..');

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, with the Node.js of the tests first in the PATH and without what `npm test` puts into the
 * environment.
 */
export async function run(command: string, args: readonly string[], cwd: string): Promise<Output> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, env: cleanEnvironment() });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Output;
    if (typeof code !== 'number') throw error;
    return { code, stdout, stderr };
  }
}

export function cleanEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|RTCSTATS_|NODE_OPTIONS|VITEST)/.test(name));
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  return { ...(Object.fromEntries(inherited) as Record<string, string>), PATH: path };
}

/** The same, for programs that have to succeed. */
export async function succeed(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** Makes an empty project and installs packages into it as anybody would. */
export async function project(
  directory: string,
  packages: readonly string[],
  flags: readonly string[] = [],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await succeed('npm', ['install', ...quiet, ...flags, ...packages], directory);
}

/** The path of a Node.js of that version; it is fetched once for each `npm ci`. */
export async function nodeBinary(version: string): Promise<string> {
  const { platform, arch } = process;
  // As the package `node` names the packages that contain its binaries.
  const name = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${arch}`;
  const directory = join(ROOT, 'node_modules/.cache', `node-${version}`);
  const binary = join(directory, 'node_modules', name, 'bin/node');
  if (!existsSync(binary)) await project(directory, [`${name}@${version}`]);
  return binary;
}

/** The name of the service's own TURN server in the recordings, which the standard policy keeps. */
const OWN_SERVER = 'turn.example.com';

/** A dump as a gateway without anonymization would have written it, and the personal data in it. */
export function personalDump(): { readonly bytes: Buffer; readonly personal: readonly string[] } {
  const { messages, personal, headers, url } = recordings().find(({ name }) => name === 'firefox-loopback')!;
  const metadata = { fileFormat: 3, url, userAgent: headers['user-agent'] };
  return {
    bytes: gzipSync(['RTCStatsDump', JSON.stringify(metadata), ...messages, ''].join('\n')),
    personal: personal.filter((text) => text !== OWN_SERVER),
  };
}

/** The TypeScript examples of a package's README. */
export async function examples(folder: string): Promise<string[]> {
  const text = await readFile(join(ROOT, 'packages', folder, 'README.md'), 'utf8');
  return Array.from(text.matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code!);
}
