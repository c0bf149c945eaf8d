import { PROTOCOL } from '@rtcstats-server/dump';
import type { Refusals } from '../admission/refusals.ts';
import type { Peer } from '../foreign/contract.ts';
import { ConvertingClient } from '../foreign/converting-client.ts';
import { conversionOf, type Protocol, protocolOfSubprotocol } from '../foreign/protocols.ts';
import { UnknownClient } from '../foreign/unknown-client.ts';
import type { SessionOrigin } from '../session/origin.ts';
import { Session, type SessionConnection, type SessionContext } from '../session/session.ts';
import type { MessageSink } from './client-socket.ts';

export type ClientOrigin = Omit<SessionOrigin, 'clientProtocol' | 'convertedFrom'>;

/** The part of a connection that its session needs, whatever protocol the client speaks. */
export interface ClientConnection extends Peer, SessionConnection {
  end(reason: 'DUMP_TOO_LARGE' | 'INTERNAL' | 'CLIENT_NOT_SUPPORTED' | 'SUBJECT_ERASED'): void;
  /** The negotiated subprotocol; empty if there is none. */
  readonly protocol: string;
}

/**
 * The session of an admitted client. A client of this protocol gets the session itself, so that conversion costs it
 * nothing.
 */
export function createSession(
  context: SessionContext,
  connection: ClientConnection,
  origin: ClientOrigin,
  refusals: Pick<Refusals, 'addOnce'>,
): MessageSink {
  const clientProtocol = connection.protocol || null;
  const begin = (protocol: Protocol): Session | ConvertingClient => {
    if (protocol === 'own') return new Session(context, connection, { ...origin, clientProtocol });
    context.counts.foreignConnections[protocol]++;
    const converted = { ...origin, clientProtocol: PROTOCOL, convertedFrom: clientProtocol };
    return new ConvertingClient(new Session(context, connection, converted), conversionOf(protocol), connection);
  };
  const protocol = protocolOfSubprotocol(connection.protocol);
  if (protocol !== undefined) return begin(protocol);
  return new UnknownClient(connection, { begin, refused: () => refusals.addOnce('foreignClient', origin.network) });
}
