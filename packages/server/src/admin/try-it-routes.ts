import { type TryIt, tryItQuery } from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors/gateway-error.ts';

export interface TryItOptions {
  /** Whether clients need a token. */
  readonly tokenRequired: boolean;
  /** Signs a token that is valid for a few minutes; undefined if there is no secret to sign it with. */
  sign(conference: string): Promise<string | undefined>;
}

/** Serves the page of the console that makes a call and has it recorded. */
export function registerTryIt(app: FastifyInstance, options: TryItOptions, publicPort: () => number | undefined): void {
  app.get('/api/try-it', async (request): Promise<TryIt> => {
    const parsed = tryItQuery.safeParse(request.query);
    if (!parsed.success) throw new GatewayError('BAD_REQUEST', 'conference: a name of 1 to 128 characters is needed');
    const port = publicPort();
    if (port === undefined) throw new GatewayError('TRY_AGAIN_LATER', 'The public listener is not listening yet');
    const token = (await options.sign(parsed.data.conference)) ?? null;
    return { port, tokenRequired: options.tokenRequired, token };
  });
}
