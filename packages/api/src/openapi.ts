import { z } from 'zod';
import { ADMIN_COOKIE, credentials, signInState, tryIt } from './access.ts';
import { analysisDocument } from './analysis.ts';
import { auditCheckpoint, auditEntry, auditPage, auditVerification } from './audit.ts';
import { canary } from './canary.ts';
import { change, changeSide, changes } from './changes.ts';
import { conferenceAnalysis } from './conferences.ts';
import { deliveriesOverview, delivery, egressEntry, egressPage } from './deliveries.ts';
import { errorBody } from './errors.ts';
import { overview } from './overview.ts';
import { policy } from './policy.ts';
import { readiness } from './readiness.ts';
import { type Route, TAGS } from './route.ts';
import { AUTHORIZATION_ERRORS, SERVER_ERRORS } from './route-errors.ts';
import { roleOfRoute } from './route-roles.ts';
import { ROUTES } from './routes.ts';
import { rtcstatsAnalysis } from './rtcstats-analysis.ts';
import { drift, finding, receipt, session, sessionDetail, sessionPage, verdict } from './sessions.ts';

/** A JSON Schema (draft 2020-12) as zod writes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export interface MediaTypes {
  readonly [mediaType: string]: { readonly schema: JsonSchema };
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: MediaTypes };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: MediaTypes }>>;
}

/** An OpenAPI 3.1 document, as far as this API needs it. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: Readonly<Record<'title' | 'version' | 'description', string>>;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Route['method'], Operation>>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

/** Schemas that have a name in the document. All others are written where they are used. */
const NAMED_SCHEMAS: readonly (readonly [name: string, schema: z.ZodType])[] = [
  ['Session', session],
  ['SessionDetail', sessionDetail],
  ['SessionPage', sessionPage],
  ['Receipt', receipt],
  ['Drift', drift],
  ['Analysis', analysisDocument],
  ['RtcstatsAnalysis', rtcstatsAnalysis],
  ['Overview', overview],
  ['Changes', changes],
  ['Change', change],
  ['ChangeSide', changeSide],
  ['ConferenceAnalysis', conferenceAnalysis],
  ['Verdict', verdict],
  ['Finding', finding],
  ['DeliveriesOverview', deliveriesOverview],
  ['Delivery', delivery],
  ['EgressPage', egressPage],
  ['EgressEntry', egressEntry],
  ['Policy', policy],
  ['AuditPage', auditPage],
  ['AuditEntry', auditEntry],
  ['AuditCheckpoint', auditCheckpoint],
  ['AuditVerification', auditVerification],
  ['Canary', canary],
  ['SignInState', signInState],
  ['Credentials', credentials],
  ['TryIt', tryIt],
  ['Readiness', readiness],
  ['Error', errorBody],
];
const NAMES = new Map<z.ZodType, string>(NAMED_SCHEMAS.map(([name, schema]) => [schema, name]));

const JSON_TYPE = 'application/json';
const SECURITY = [{ token: [] }, { cookie: [] }];
const INTRODUCTION = `The admin API of rtcstats-server. It is served by the admin listener, http://127.0.0.1:8081 by default.

Times are ISO 8601 in UTC, sizes are bytes. Clients should ignore properties that they do not know. Every error has the body
\`{"error": "…", "code": "…"}\`; docs/errors.md lists the codes and what to do.

If \`admin.token\` or \`admin.tokens\` is set, a request needs \`Authorization: Bearer <token>\` or the cookie that the console gets
by signing in, and the token needs the role that the route names. With the cookie, requests other than GET must come from a page of
the gateway itself. Without a token the listener is on loopback and asks for nothing, but rejects requests from pages of other sites.`;

/** The OpenAPI 3.1 document of the admin API, made from the schemas that the server and the console use. */
export function openApiDocument(): OpenApiDocument {
  const paths: Record<string, Partial<Record<Route['method'], Operation>>> = {};
  for (const route of ROUTES) {
    const path = paths[route.path] ?? {};
    path[route.method] = operationOf(route);
    paths[route.path] = path;
  }
  return {
    openapi: '3.1.1',
    info: { title: 'rtcstats-server admin API', version: API_VERSION, description: INTRODUCTION },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'An admin token (`admin.token` or one of `admin.tokens`).',
        },
        cookie: { type: 'apiKey', in: 'cookie', name: ADMIN_COOKIE, description: 'Set by `POST /api/sign-in`.' },
      },
      schemas: namedSchemas(),
    },
  };
}

/** The version of the package, which the API shares. */
const API_VERSION = '0.1.0';

function operationOf(route: Route): Operation {
  const { operationId, tag, summary, description, authorization, body } = route;
  const role = roleOfRoute(route.method.toUpperCase(), route.path);
  const needs = role === undefined || role === 'any' || role === 'none' ? [] : [`Needs the role \`${role}\`.`];
  const text =
    description === undefined && needs.length === 0 ? undefined : [description, ...needs].filter(Boolean).join(' ');
  const parameters = [...parametersOf('path', route.params), ...parametersOf('query', route.query)];
  return {
    operationId,
    tags: [tag],
    summary,
    ...(text !== undefined && { description: text }),
    security: authorization === 'required' ? SECURITY : [],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { [JSON_TYPE]: { schema: referenceTo(body, 'input') } } } }),
    responses: { ...responsesOf(route), ...errorResponsesOf(route) },
  };
}

function parametersOf(place: Parameter['in'], schema: z.ZodObject | undefined): Parameter[] {
  const { properties = {}, required = [] } = schema ? jsonSchema(schema, 'input') : {};
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as JsonSchema;
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

function responsesOf({ responses }: Route): Operation['responses'] {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { description, body, mediaType = JSON_TYPE }]) => [
      status,
      { description, ...(body && { content: { [mediaType]: { schema: referenceTo(body, 'output') } } }) },
    ]),
  );
}

function errorResponsesOf({ authorization, errors = {} }: Route): Operation['responses'] {
  const ofServer = { 500: [...(errors[500] ?? []), ...SERVER_ERRORS[500]] };
  const all = { ...errors, ...(authorization === 'required' && AUTHORIZATION_ERRORS), ...ofServer };
  return Object.fromEntries(
    Object.entries(all).map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\``).join(', '),
        content: { [JSON_TYPE]: { schema: referenceTo(errorBody, 'output') } },
      },
    ]),
  );
}

function referenceTo(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const name = NAMES.get(schema);
  if (name === undefined && schema instanceof z.ZodUnion) {
    return { anyOf: schema.options.map((option) => referenceTo(option as z.ZodType, io)) };
  }
  return name === undefined ? jsonSchema(schema, io) : { $ref: `#/components/schemas/${name}` };
}

function namedSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ readonly id: string }>();
  for (const [id, schema] of NAMED_SCHEMAS) registry.add(schema, { id });
  const uri = (id: string): string => `#/components/schemas/${id}`;
  const { schemas } = z.toJSONSchema(registry, { uri, override: simplify });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema as JsonSchema]),
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, '~standard': __, ...rest } = z.toJSONSchema(schema, { io, override: simplify });
  return rest as JsonSchema;
}

/**
 * Removes details that say nothing to a reader: the pattern of a date beside its format, and the range of safe
 * integers.
 */
function simplify({ jsonSchema: schema }: { readonly jsonSchema: JsonSchema }): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.propertyNames !== undefined && Object.keys(schema.propertyNames as object).join() === 'type') {
    delete schema.propertyNames;
  }
  // A later version may add properties to a response.
  if (schema.additionalProperties === false) delete schema.additionalProperties;
}
