import type { ErrorBody } from '@rtcstats-server/api';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';

/** Seconds after which a client that tried too many wrong tokens may try again. */
const RETRY_AFTER_SECONDS = 2;

/** Answers a failed request with `{error, code}` and the status from errors.ts. Logs failures of the server. */
export function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const error = toGatewayError(thrown);
  const status = error.httpStatus ?? 500;
  if (status >= 500) log.error({ route: request.routeOptions.url, ...errorFields(thrown) }, 'admin request failed');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 429) reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  return reply.code(status).send({ error: error.message, code: error.code } satisfies ErrorBody);
}

/**
 * Fastify rejects some requests itself, such as a body that is not JSON. Other errors are not disclosed to the client.
 */
function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const { statusCode } = thrown as Partial<FastifyError>;
  const isRejected = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return new GatewayError(isRejected ? 'BAD_REQUEST' : 'INTERNAL', undefined, { cause: thrown });
}
