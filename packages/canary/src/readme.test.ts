import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { scratchDirectory, startServer } from '@rtcstats-server/testing/server';
import { expect, it } from 'vitest';

const readme = new URL('../README.md', import.meta.url);
const example = new URL('../example.ts', import.meta.url);

it('shows an example that runs against a gateway', async () => {
  const code = await readFile(example, 'utf8');
  expect(await readFile(readme, 'utf8')).toContain(`\`\`\`ts\n${code}\`\`\``);
  const data = await scratchDirectory();
  const { url, api } = await startServer(data);
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(example), url, api, data]);
  expect(stdout).toMatch(/^\d+ places, clean\n$/);
  const sessions = await (await fetch(`${api}/api/sessions`)).json();
  expect(sessions).toMatchObject({ sessions: [] });
});
