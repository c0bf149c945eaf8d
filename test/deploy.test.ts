import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDirectory, startServer } from '@rtcstats-server/testing/server';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const DEPLOY = join(import.meta.dirname, '../deploy');
const files = readdirSync(DEPLOY, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const yamlFiles = files.filter((file) => file.endsWith('.yaml'));
const metricFiles = files.filter((file) => /alerts\.yaml$|dashboard\.json$/.test(file));

/** Names of settings of the gateway in a text. */
function variablesIn(text: string): string[] {
  return [...new Set(text.match(/\bRTCSTATS_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [])];
}

describe('deploy/', () => {
  it.each(yamlFiles)('%s is valid YAML', (file) => {
    const documents = parseAllDocuments(readFileSync(file, 'utf8'));
    expect(documents).not.toHaveLength(0);
    for (const document of documents) expect('errors' in document ? document.errors : []).toEqual([]);
  });

  it('uses only settings that exist', () => {
    const reference = readFileSync(join(DEPLOY, '../docs/configuration.md'), 'utf8');
    const unknown = files.flatMap((file) =>
      variablesIn(readFileSync(file, 'utf8')).filter((name) => !reference.includes(`\`${name}\``)),
    );
    expect(unknown).toEqual([]);
  });

  it('names the Node.js version that the tests run on', () => {
    const read = (path: string): string => readFileSync(join(DEPLOY, '..', path), 'utf8');
    const root = JSON.parse(read('package.json'));
    const server = JSON.parse(read('packages/server/package.json'));
    const version: string = root.devDependencies.node;
    expect(process.version).toBe(`v${version}`);
    expect(read('.node-version').trim()).toBe(version);
    const minimum = `>=${version.split('.').slice(0, 2).join('.')}`;
    expect([root.engines.node, server.engines.node]).toEqual([minimum, minimum]);
    const images = [...read('deploy/Dockerfile').matchAll(/^FROM node:(\S+)/gm)].map(([, tag]) => tag);
    expect(images).toEqual([`${version}-slim`, `${version}-slim`]);
    expect(read('deploy/systemd/rtcstats-server.service')).toContain(`Node.js ${version} or later as /usr/bin/node`);
  });

  it('queries only metrics that a gateway exposes', async () => {
    const server = await startServer(await scratchDirectory());
    const scraped = await (await fetch(`${server.api}/metrics`)).text();
    const names = metricFiles.flatMap((file) =>
      (readFileSync(file, 'utf8').match(/\b(?:rtcstats|nodejs|process)_[a-z0-9_]+\b/g) ?? []).map(String),
    );
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names)].filter((name) => !new RegExp(`^(?:# TYPE )?${name}[{ ]`, 'm').test(scraped))).toEqual(
      [],
    );
  });
});
