import type { JsonSchema, OpenApiDocument, Operation, Parameter } from './openapi.ts';

/** docs/api.md, made from the OpenAPI document. */
export function apiReference({ info, tags, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ heading: `${method.toUpperCase()} ${path}`, operation })),
  );
  const sections = tags.flatMap(({ name, description }) => [
    `## ${capitalized(name)}`,
    '',
    description,
    '',
    ...operations
      .filter(({ operation }) => operation.tags.includes(name))
      .flatMap(({ heading, operation }) => operationText(heading, operation)),
  ]);
  const schemas = Object.entries(components.schemas).flatMap(([name, schema]) => schemaText(name, schema));
  return [
    '# The admin API',
    '',
    '<!-- Made from the schemas in packages/api/src. After a change there: npx vitest run packages/api -u -->',
    '',
    info.description,
    '',
    'The same as an OpenAPI 3.1 document: `GET /api/openapi.json`.',
    '',
    ...sections,
    '## Objects',
    '',
    ...schemas,
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function operationText(heading: string, operation: Operation): string[] {
  const { summary, description, security, parameters = [], requestBody, responses } = operation;
  const sentences = [
    `${summary}.`,
    ...(description === undefined ? [] : [description]),
    ...(security.length > 0 ? [] : ['Needs no authorization.']),
  ];
  return [
    `### ${heading}`,
    '',
    sentences.join(' '),
    '',
    ...parameterTable(parameters),
    ...(requestBody ? [`Body: ${contentText(requestBody.content)}.`, ''] : []),
    '| Status | Body | Meaning |',
    '| --- | --- | --- |',
    ...Object.entries(responses).map(([status, response]) =>
      row([status, response.content ? contentText(response.content) : 'none', response.description]),
    ),
    '',
  ];
}

function parameterTable(parameters: readonly Parameter[]): string[] {
  if (parameters.length === 0) return [];
  return [
    '| Parameter | In | Type | Meaning |',
    '| --- | --- | --- | --- |',
    ...parameters.map(({ name, in: place, required, schema, description = '' }) =>
      row([`\`${name}\`${required ? ', required' : ''}`, place, typeText(schema), description]),
    ),
    '',
  ];
}

function contentText(content: Readonly<Record<string, { readonly schema: JsonSchema }>>): string {
  return Object.entries(content)
    .map(([mediaType, { schema }]) => (mediaType === 'application/json' ? typeText(schema) : `\`${mediaType}\``))
    .join(', ');
}

function schemaText(name: string, schema: JsonSchema): string[] {
  return [
    `### ${name}`,
    '',
    schema.description ?? '',
    '',
    '| Property | Type | Meaning |',
    '| --- | --- | --- |',
    ...propertyRows(schema, ''),
    '',
  ];
}

/** One row per property. Properties of an object without a name of its own follow, with the path that leads there. */
function propertyRows(schema: JsonSchema, prefix: string): string[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, property]) => {
    const { description = '', ...type } = property as JsonSchema;
    const optional = required.includes(name) ? '' : ', optional';
    const path = `${prefix}${name}`;
    return [row([`\`${path}\`${optional}`, typeText(type), description]), ...nestedRows(type, path)];
  });
}

function nestedRows(schema: JsonSchema, path: string): string[] {
  if (schema.properties) return propertyRows(schema, `${path}.`);
  if (isSchema(schema.items)) return nestedRows(schema.items, `${path}[]`);
  if (isSchema(schema.additionalProperties)) return nestedRows(schema.additionalProperties, `${path}.*`);
  return (schema.anyOf ?? []).filter(isSchema).flatMap((option) => nestedRows(option, path));
}

function typeText(schema: JsonSchema): string {
  const { $ref, anyOf, type, enum: values, format, items, additionalProperties, minimum, maximum } = schema;
  if ($ref !== undefined) return referenceText($ref);
  if (anyOf) return anyOf.filter(isSchema).map(typeText).join(' or ');
  if (Array.isArray(type)) return type.join(' or ');
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (format !== undefined) return `${format}`;
  if (isSchema(items)) return `array of ${typeText(items)}`;
  if (isSchema(additionalProperties) && Object.keys(additionalProperties).length > 0) {
    return `object of ${typeText(additionalProperties)} by name`;
  }
  if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
  return type ?? 'any JSON value';
}

function referenceText(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return `[${name}](#${name.toLowerCase()})`;
}

function isSchema(schema: unknown): schema is JsonSchema {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema);
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
