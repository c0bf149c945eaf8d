import { COLON } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import type { SessionKey } from '../text/session-key.ts';
import type { TextClass } from './text-class.ts';

/**
 * Fingerprints of certificates (RFC 8122, section 5): one pair of hex digits per byte of the hash. The ids of
 * certificates in libwebrtc are fingerprints with the prefix `CF` (rtc_stats_collector.cc).
 */
const FINGERPRINT = /(?<![0-9a-z:])(?:CF)?((?:[0-9a-f]{2}:){15,63}[0-9a-f]{2})(?![0-9a-z:])/dgi;
const WHOLE = /^(?:[0-9a-f]{2}:){15,63}[0-9a-f]{2}$/i;
/** The beginning of a replacement; one in four billion fingerprints has it by chance. */
const MARK = '00:00:00:00:';
const REMOVED = '[removed]';

/**
 * Certificates of DTLS. They name nobody, but a page can keep one and use it in later sessions (WebRTC, section 4.9),
 * so that equal fingerprints link sessions. Active where opaque identifiers are not kept, to whose class they belong. A
 * fingerprint is replaced by one that is the same within the session only; a certificate, from which the fingerprint
 * can be computed, is removed.
 */
export function certificates(keepOpaque: boolean): TextClass {
  // A fingerprint has nothing that another class could be looking for.
  if (keepOpaque)
    return { name: 'identifiers', whole: { fingerprint: (text) => (WHOLE.test(text) ? text : undefined) } };
  return {
    name: 'identifiers',
    needs: [COLON],
    whole: {
      fingerprint: (text, { key }) => (WHOLE.test(text) ? replaced(text, key) : undefined),
      certificate: (text) => (text === '' ? text : REMOVED),
    },
    find(text, _role, report, { key }) {
      if (text.length < 47) return;
      eachMatch(text, FINGERPRINT, (match) => {
        const clean = replaced(match[1]!, key);
        if (clean !== match[1]) report(...match.indices![1]!, clean);
      });
    },
  };
}

/** A replacement of the same length. */
function replaced(fingerprint: string, key: SessionKey): string {
  if (fingerprint.startsWith(MARK)) return fingerprint;
  const length = (fingerprint.length + 1) / 3;
  const digest = key.digest('fingerprint', fingerprint.toUpperCase());
  let clean = MARK.slice(0, -1);
  for (let i = 4; i < length; i++)
    clean += `:${digest[i % digest.length]!.toString(16).padStart(2, '0').toUpperCase()}`;
  return clean;
}
