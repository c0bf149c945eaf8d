import type { z } from 'zod';

export const TAGS = {
  sessions: 'Recorded sessions and their dumps.',
  insights: 'Figures over all calls.',
  forwarding: 'Deliveries to rtcstats.com, and the ledger of everything that left the gateway.',
  subjects: 'Requests of the people in the data: access and erasure.',
  privacy: 'The policy in force, the risk that remains, and the canary that tests it.',
  access: 'Signing in with a browser, and connecting as a client.',
  operations: 'Readiness, metrics and this document.',
} as const;

/** A successful response: JSON with a schema, another media type, or no body at all. */
export interface RouteResponse {
  readonly description: string;
  readonly body?: z.ZodType;
  /** Default: `application/json`. */
  readonly mediaType?: string;
}

/** A route of the admin listener. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** OpenAPI path template, `/api/sessions/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: keyof typeof TAGS;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly description?: string;
  /** Without authorization a route holds no data. */
  readonly authorization: 'required' | 'none';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** By HTTP status. */
  readonly responses: Readonly<Record<number, RouteResponse>>;
  /** Error codes of this route by HTTP status, besides those that every route may answer with. */
  readonly errors?: Readonly<Record<number, readonly string[]>>;
}
