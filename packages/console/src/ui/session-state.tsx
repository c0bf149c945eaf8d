import type { SessionState } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { Badge, type Tone } from './parts.tsx';

/**
 * Names of the states, for badges and filters. A stored session is one in which the verifier found nothing. It has no
 * color, because green would read as a good call.
 */
export const STATE_NAMES: Readonly<Record<SessionState, string>> = {
  recording: 'live',
  closed: 'finishing',
  stored: 'privacy: verified',
  quarantined: 'privacy: quarantined',
  erased: 'erased',
};

const TONES: Readonly<Record<SessionState, Tone>> = {
  recording: 'live',
  closed: 'plain',
  stored: 'plain',
  quarantined: 'bad',
  erased: 'plain',
};

/** The state of a session. */
export function StateBadge({ state }: { readonly state: SessionState }): ReactNode {
  return (
    <Badge tone={TONES[state]}>
      <span className="dot" />
      {STATE_NAMES[state]}
    </Badge>
  );
}
