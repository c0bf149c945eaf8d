import type { Server } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { GatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';

/** Thousands of clients come back at once after a restart. The kernel's own limit (somaxconn) may be lower. */
const BACKLOG = 4096;
/** What goes wrong while listening (EMFILE) goes wrong for every client there is; it is told this often. */
const COMPLAINT_INTERVAL_MS = 10_000;

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Resolves to the address it listens on. An error later on, such as too many open files, is logged; the server goes on.
 *
 * @param setting where the port is configured
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
      let complained = Number.NEGATIVE_INFINITY;
      server.on('error', (error) => {
        const now = performance.now();
        if (now - complained < COMPLAINT_INTERVAL_MS) return;
        complained = now;
        log.error({ setting, ...errorFields(error) }, 'a connection could not be taken');
      });
      const address = server.address() as AddressInfo;
      resolve({ host: address.address, port: address.port });
    });
  });
}

function listenError(cause: Error, port: number, setting: string): GatewayError {
  const code = 'code' in cause ? cause.code : undefined;
  return code === 'EADDRINUSE'
    ? new GatewayError('PORT_IN_USE', `${setting}: port ${port} is taken by another program`, { cause })
    : new GatewayError('LISTEN_FAILED', `${setting}: cannot listen on port ${port} (${String(code)})`, { cause });
}
