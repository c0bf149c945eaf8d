import { type OpenApiDocument, openApiDocument, type Readiness as ReadinessBody } from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';
import type { Readiness } from './readiness.ts';

export interface OperationsContext {
  readonly readiness: Pick<Readiness, 'report'>;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
}

/** The route that needs no authorization, because probes have no token. */
export const READINESS_ROUTE = '/readyz';

/** Readiness for probes, metrics for Prometheus, and the OpenAPI document. */
export function registerOperations(app: FastifyInstance, { readiness, metrics }: OperationsContext): void {
  app.get(READINESS_ROUTE, async (_request, reply) => {
    const report: ReadinessBody = await readiness.report();
    return reply.code(report.ready ? 200 : 503).send(report);
  });
  app.get('/metrics', async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.text());
  });
  let document: OpenApiDocument | undefined;
  app.get('/api/openapi.json', async (): Promise<OpenApiDocument> => {
    document ??= openApiDocument();
    return document;
  });
}
