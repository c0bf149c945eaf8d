import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { type JsonSchema, openApiDocument } from './openapi.ts';
import { apiReference } from './reference.ts';
import { ROUTES } from './routes.ts';

const document = openApiDocument();
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

/** Every property of a schema, with the path that leads there. */
function properties(schema: JsonSchema, path: string): (readonly [path: string, property: JsonSchema])[] {
  const own = Object.entries(schema.properties ?? {}) as [string, JsonSchema][];
  const inner = [schema.items, schema.additionalProperties, ...(schema.anyOf ?? [])].filter(
    (part): part is JsonSchema => typeof part === 'object' && !Array.isArray(part),
  );
  return [
    ...own.map(([name, property]) => [`${path}.${name}`, property] as const),
    ...own.flatMap(([name, property]) => properties(property, `${path}.${name}`)),
    ...inner.flatMap((part) => properties(part, path)),
  ];
}

it('is a valid OpenAPI 3.1 document', async () => {
  const validator = new Validator();
  expect(await validator.validate({ ...structuredClone(document) })).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

it('is what docs/api.md shows', async () => {
  await expect(apiReference(document)).toMatchFileSnapshot('../../../docs/api.md');
});

it('has the version of the package', () => {
  expect(document.info.version).toBe(manifest.version);
});

it('holds each route once, with a name of its own', () => {
  expect(operations).toHaveLength(ROUTES.length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length);
});

it('resolves every reference', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
  const names = new Set(references.map(([, name]) => name));
  expect(Object.keys(document.components.schemas).sort()).toEqual([...names].sort());
});

it('describes every property and every parameter', () => {
  const named = Object.entries(document.components.schemas).flatMap(([name, schema]) => properties(schema, name));
  expect(named.length).toBeGreaterThan(100);
  const texts = named.map(([path, { description, $ref }]) => [path, description ?? $ref]);
  const parameters = operations.flatMap(({ operationId, parameters: all = [] }) =>
    all.map(({ name, description }) => [`${operationId}.${name}`, description]),
  );
  expect([...texts, ...parameters].filter(([, text]) => text === undefined || text.length < 10)).toEqual([]);
});
