import { NOBODY, type SessionIdentity } from '@rtcstats-server/dump';
import { type Anonymizer, type CompiledPolicy, ENGINE, type Locate } from '@rtcstats-server/privacy';
import type { SessionHeader } from '../spool/record.ts';
import type { SessionOrigin } from './origin.ts';

export interface HeaderSource {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly origin: SessionOrigin;
  /** The identity in the client's `identity` event, anonymized. */
  readonly identity: SessionIdentity | null;
  readonly policy: CompiledPolicy;
}

/** Everything that is known about a session at its first message, anonymized. */
export function sessionHeader(anonymizer: Anonymizer, locate: Locate, session: HeaderSource): SessionHeader {
  const { id, startedAt, origin: raw, policy } = session;
  const { user, conference, session: part } = session.identity ?? NOBODY;
  const text = (value: string | null, role?: Parameters<Anonymizer['text']>[1]): string | null =>
    value === null ? null : anonymizer.text(value, role);
  const [address] = raw.remoteAddresses;
  return {
    id,
    startedAt: new Date(startedAt).toISOString(),
    user: text(raw.user, 'person') ?? user,
    conference: text(raw.conference, 'conference') ?? conference,
    session: text(raw.session, 'session') ?? part,
    signed: raw.signed,
    country: address === undefined ? null : (locate(address)?.country ?? null),
    origin: text(raw.origin),
    userAgent: text(raw.userAgent, 'userAgent'),
    ...(raw.forward !== null && { forward: raw.forward }),
    ...(raw.upload && { upload: true }),
    policy: `${policy.policy.preset}@${policy.hash}`,
    engine: ENGINE,
    keyId: policy.pseudonyms.keyId,
  };
}
