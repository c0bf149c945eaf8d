import { expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { verifyText } from './verifier.ts';

const STANDARD = presetPolicy('standard');
const findings = (foundation: string): number =>
  verifyText(
    `${JSON.stringify([':log', null, `candidate:${foundation} 1 udp 1 203.0.113.x 9 typ srflx`, 1])}\n`,
    STANDARD,
  ).findings.length;

it.each(['1', 'fghijklmnz', 'host-0123456789', 'srv/log/path-0123456789', 'path-0123456789/user-0123456789'])(
  'passes the foundation or pseudonym %j',
  (foundation) => {
    expect(findings(foundation)).toBe(0);
  },
);

it.each(['4245064146', '4245064146/host-0123456789', 'Hcb007107/host-0123456789', 'Habcdefab/path-0123456789'])(
  'finds %j, also before a slash and a pseudonym',
  (foundation) => {
    expect(findings(foundation)).toBe(1);
  },
);
