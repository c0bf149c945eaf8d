import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../packages/server/src/config/config.ts';

const ROOT = join(import.meta.dirname, '..');
const DIRECTORY = join(ROOT, 'deploy/kubernetes');

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has another shape, which the schemas check.
  readonly spec: any;
}

const kustomization = parse(readFileSync(join(DIRECTORY, 'kustomization.yaml'), 'utf8'));
const manifests = (kustomization.resources as string[]).flatMap((file) =>
  parseAllDocuments(readFileSync(join(DIRECTORY, file), 'utf8')).map((document) => document.toJS() as Manifest),
);
const find = (kind: string): Manifest => manifests.find((manifest) => manifest.kind === kind)!;

type Models = Readonly<Record<string, unknown>>;

/** The schemas of each version of an API. */
const SCHEMAS: Readonly<Record<string, () => Promise<Models>>> = {
  v1: () => import('kubernetes-models/v1'),
  'apps/v1': () => import('kubernetes-models/apps/v1'),
  'networking.k8s.io/v1': () => import('kubernetes-models/networking.k8s.io/v1'),
  'policy/v1': () => import('kubernetes-models/policy/v1'),
  'monitoring.coreos.com/v1': () => import('@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'),
};

/** The module with the types of an API. */
function moduleOf(apiVersion: string): string {
  const isOperator = apiVersion.startsWith('monitoring.coreos.com/');
  return `${isOperator ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models'}/${apiVersion}`;
}

describe('deploy/kubernetes', () => {
  it.each(manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))(
    '%s %s is valid',
    async (kind, _, manifest) => {
      const { [kind]: model } = await SCHEMAS[manifest.apiVersion]!();
      const Model = model as new (data: unknown) => { validate(): void };
      expect(() => new Model(manifest).validate()).not.toThrow();
    },
  );

  it('has no property that the API does not know', async () => {
    // The validators accept unknown properties, and so would a cluster, but the compiler does not.
    const lines = manifests.map(({ kind, apiVersion, ...rest }, index) => {
      const type = `import type { I${kind} as Type${index} } from ${JSON.stringify(moduleOf(apiVersion))};`;
      const value = JSON.stringify({ kind, apiVersion, ...rest }, null, 1);
      return `${type}\nexport const manifest${index}: Type${index} = ${value};`;
    });
    const file = join(ROOT, 'test', `.kubernetes-${process.pid}.ts`);
    await writeFile(file, lines.join('\n'));
    onTestFinished(() => rm(file));
    const flags = ['--noEmit', '--ignoreConfig', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const compiled = promisify(execFile)(process.execPath, [compiler, ...flags, file]);
    expect(
      await compiled.then(
        () => '',
        ({ stdout }: { stdout: string }) => stdout,
      ),
    ).toBe('');
  });

  it('has a configuration that is valid with the secrets that it names', () => {
    const text = readFileSync(join(DIRECTORY, 'rtcstats.yaml'), 'utf8');
    const names = [...text.matchAll(/--from-literal=(\w+)=/g)].map(([, name]) => name!);
    expect(names).toContain('RTCSTATS_ADMIN_TOKEN');
    const secrets: Record<string, string> = Object.fromEntries(names.map((name) => [name, 'a'.repeat(64)]));
    const environment = { ...secrets, RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING: 'postgres://user@db/rtcstats' };
    const { storage } = loadConfig({ file: join(DIRECTORY, 'rtcstats.yaml'), environment });
    expect(storage).toMatchObject({
      type: 's3',
      s3: { quarantinePrefix: 'quarantine', serverSideEncryption: 'AES256' },
    });
  });

  it('connects its parts by names and labels that exist', () => {
    const pods = find('StatefulSet').spec.template;
    const container = pods.spec.containers[0];
    const ports = container.ports.map(({ name }: { name: string }) => name);
    for (const { kind, spec } of manifests) {
      if (kind === 'Service' || kind === 'NetworkPolicy') {
        expect(pods.metadata.labels).toMatchObject(spec.selector ?? spec.podSelector.matchLabels);
      }
      if (kind === 'Service')
        expect(ports).toEqual(
          expect.arrayContaining(spec.ports.map((port: { targetPort: string }) => port.targetPort)),
        );
    }
    const services = manifests.filter(({ kind }) => kind === 'Service');
    const backend = find('Ingress').spec.rules[0].http.paths[0].backend.service;
    const service = services.find(({ metadata }) => metadata.name === backend.name)!;
    expect(service.spec.ports.map(({ name }: { name: string }) => name)).toContain(backend.port.name);
    const scraped = find('ServiceMonitor').spec.selector.matchLabels;
    const selected = services.filter(({ metadata }) =>
      Object.entries(scraped).every(([name, value]) => metadata.labels?.[name] === value),
    );
    expect(selected.map(({ metadata }) => metadata.name)).toEqual([find('StatefulSet').spec.serviceName]);
    expect(
      find('NetworkPolicy').spec.ingress.map((rule: { ports: { port: string }[] }) => rule.ports[0]!.port),
    ).toEqual(ports);
  });

  it('pins the images', () => {
    expect(kustomization.images[0].name).toBe(find('StatefulSet').spec.template.spec.containers[0].image);
    const server = JSON.parse(readFileSync(join(ROOT, 'packages/server/package.json'), 'utf8'));
    expect(kustomization.images[0].newTag).toBe(server.version);
    const compose = parse(readFileSync(join(ROOT, 'deploy/compose.yaml'), 'utf8'));
    for (const { image } of Object.values<{ image?: string }>(compose.services)) {
      if (image !== undefined) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
    }
  });
});
