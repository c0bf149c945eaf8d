import type { Server } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';
import { throttled } from '../log/throttle.ts';

/** Thousands of clients reconnect at once after a restart. The kernel's limit (somaxconn) may be lower. */
const BACKLOG = 4096;

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts to listen. Later errors, such as too many open files, are logged and do not stop the server.
 *
 * @param setting the path of the setting with the port
 * @returns the address with the actual port
 * @throws GatewayError PORT_IN_USE or LISTEN_FAILED
 */
export function listen(
  server: Server,
  { host, port }: ListenAddress,
  setting: string,
  log: Log,
): Promise<ListenAddress> {
  const options: ListenOptions = { host, port, backlog: BACKLOG };
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(listenError(error, port, setting));
    server.once('error', failed);
    server.listen(options, () => {
      server.off('error', failed);
      // An error here (EMFILE) repeats for every client that connects.
      const report = throttled((error: Error) => {
        log.error({ setting, ...errorFields(error) }, 'a connection could not be accepted');
      });
      server.on('error', report);
      resolve(addressOf(server)!);
    });
  });
}

/** The address of a server on a TCP port; `undefined` while it does not listen. */
export function addressOf(server: Server): ListenAddress | undefined {
  const address = server.address() as AddressInfo | null;
  return address === null ? undefined : { host: address.address, port: address.port };
}

function listenError(cause: Error, port: number, setting: string): GatewayError {
  const code = errorCode(cause);
  return code === 'EADDRINUSE'
    ? new GatewayError('PORT_IN_USE', `${setting}: port ${port} is in use by another program`, { cause })
    : new GatewayError('LISTEN_FAILED', `${setting}: cannot listen on port ${port} (${String(code)})`, { cause });
}
