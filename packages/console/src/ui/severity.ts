import type { Severity } from '@rtcstats-server/api';
import type { Tone } from './parts.tsx';

/** Colors of severities. */
export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'plain',
  info: 'plain',
};
