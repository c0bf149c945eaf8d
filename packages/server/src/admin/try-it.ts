import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { GatewayError } from '../errors/gateway-error.ts';

/** What `GET /api/try-it` answers: how a page of the console reaches the public listener as a client. */
export interface TryIt {
  readonly port: number;
  /** Whether clients have to have a token. */
  readonly tokenRequired: boolean;
  /** One for this call, where the gateway has the secret to sign it with. */
  readonly token: string | null;
}

export interface TryItOptions {
  readonly tokenRequired: boolean;
  /** A token of a few minutes; undefined when there is no secret to sign with. */
  sign(conference: string): Promise<string | undefined>;
}

const query = z.strictObject({ conference: z.string().min(1).max(128) });

/** For the page that makes a call and records it. */
export function registerTryIt(app: FastifyInstance, options: TryItOptions, publicPort: () => number | undefined): void {
  app.get('/api/try-it', async (request): Promise<TryIt> => {
    const asked = query.safeParse(request.query);
    if (!asked.success) throw new GatewayError('BAD_REQUEST', 'conference: a name of 1 to 128 characters is needed');
    const port = publicPort();
    if (port === undefined) throw new GatewayError('TRY_AGAIN_LATER', 'The public listener does not listen yet');
    const token = (await options.sign(asked.data.conference)) ?? null;
    return { port, tokenRequired: options.tokenRequired, token };
  });
}
