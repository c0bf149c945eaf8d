import type { RequestIdentity } from '../auth/query-identity.ts';
import type { SessionOrigin } from '../session/origin.ts';

/** The facts of an upload's request. `network` is that of the uploader, not of the client in the dump. */
export type Uploader = RequestIdentity & Pick<SessionOrigin, 'network'>;
