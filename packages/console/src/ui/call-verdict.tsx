import type { CallVerdict, ListedSession } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { verdictText, verdictTitle } from './call-verdict-text.ts';
import { Badge, type Tone } from './parts.tsx';

/** Colors of the verdicts. */
export const VERDICT_TONES: Readonly<Record<CallVerdict, Tone>> = {
  good: 'good',
  degraded: 'warn',
  bad: 'bad',
  failed: 'bad',
  notJudged: 'plain',
};

/** Experience score and verdict of a session in a list, with the worst problem below. */
export function CallVerdictCell({ session }: { readonly session: ListedSession }): ReactNode {
  const { state, verdict, problems } = session;
  if (verdict === null) return <span className="faint">{state === 'recording' ? '…' : '–'}</span>;
  const [worst, ...others] = problems;
  return (
    <span title={verdictTitle(session)}>
      <Badge tone={VERDICT_TONES[verdict]}>{verdictText(verdict, session.scores?.experience ?? null)}</Badge>
      {worst !== undefined && (
        <span className="clip soft worst-problem">
          {worst.name}
          {others.length > 0 && ` +${others.length}`}
        </span>
      )}
    </span>
  );
}
