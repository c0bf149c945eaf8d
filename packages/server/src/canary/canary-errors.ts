import { CanaryError } from '@rtcstats-server/canary';
import { GatewayError } from '../errors/gateway-error.ts';

/**
 * Runs a canary and translates its errors into entries of the gateway's table of errors, which has the advice for each
 * code. Other errors pass through.
 */
export async function withGatewayErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CanaryError)) throw error;
    const { code, message, todo, cause } = error;
    throw new GatewayError(code, message, {
      ...(todo === undefined ? {} : { todo }),
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
