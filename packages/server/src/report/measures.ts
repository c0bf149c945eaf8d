import { policyName } from '@rtcstats-server/privacy';
import { formatCount } from '../terminal/formats.ts';
import { type Block, blank, code, type Text, table } from './document.ts';
import type { ReportFacts } from './facts.ts';
import { isForwarding, retentionPeriods } from './places.ts';
import { proofText } from './retention-proof.ts';
import { counted, moment, plural, tally } from './words.ts';

/** The technical and organizational measures, each with its state in the configuration and the evidence for it. */
export function measuresTable(facts: ReportFacts): Block {
  return table(
    ['Measure', 'State', 'Evidence'],
    [anonymization(facts), verification(facts), canary(facts), keys(facts), ...access(facts), ...rest(facts)],
  );
}

function anonymization({ policy, sampled }: ReportFacts): Text[] {
  return [
    'Anonymization on arrival, in memory, before anything is written',
    ['policy ', code(policyName(policy))],
    `policies of the sampled sessions: ${tally(sampled.policies, 'none yet')}; ` +
      `values replaced in them: ${tally(sampled.redactions, 'none')}`,
  ];
}

function verification({ sampled, risk, sessions, quarantineFindings }: ReportFacts): Text[] {
  return [
    'Each finished dump is read again by a verifier that shares no code with the anonymizer; a dump with findings stays in quarantine',
    'always on',
    `${formatCount(sampled.verified)} of ${plural(risk.sessions, 'sampled dump')} verified without findings ` +
      `(${tally(sampled.verifiers, 'no verifier has run')}); ${counted(sessions.quarantined)} in quarantine, ` +
      `findings there: ${tally(quarantineFindings, 'none')}`,
  ];
}

function canary({ canary: evidence }: ReportFacts): Text[] {
  const state = 'run on demand: a session full of planted values, which are then searched for everywhere';
  if (evidence === null) {
    return [
      'Test of effectiveness (canary)',
      state,
      [blank('run rtcstats-server canary --json > FILE and add --canary FILE')],
    ];
  }
  const { clean, counts, lost, at } = evidence;
  const verdict = clean ? 'no planted value was found' : 'FAILED: planted values were found, or messages were lost';
  return [
    'Test of effectiveness (canary)',
    state,
    `${moment(at)}: ${verdict}; places: ${tally(counts, 'none')}; messages lost: ${formatCount(lost)}`,
  ];
}

function keys({ settings }: ReportFacts): Text[] {
  const rotation = settings.text('privacy.keyRotation');
  return [
    'Pseudonyms with a secret key, which changes with time',
    rotation === 'off' ? 'the key never changes' : `a new key every ${rotation}`,
    settings.isSet('privacy.key')
      ? 'the key is in the configuration, which is not part of the catalog'
      : ['key files below ', code(`${settings.text('dataDirectory')}/keys`), ', readable by the gateway’s user only'],
  ];
}

function access({ settings }: ReportFacts): Text[][] {
  const clientsSign = ['jwtSecret', 'publicKey', 'jwksUrl'].some((name) => settings.isSet(`authorization.${name}`));
  const required = settings.get('authorization.required') ?? clientsSign;
  return [
    [
      'Only authorized clients can send',
      required ? 'a signed token is required' : 'OFF: whoever reaches the listener can send',
      settings.isSet('server.allowedOrigins')
        ? ['origins: ', code(settings.text('server.allowedOrigins'))]
        : 'any origin',
    ],
    [
      'Access of operators: console, API and metrics are on a listener of their own',
      settings.isSet('admin.tokens')
        ? 'named tokens with roles; the audit log records the names'
        : settings.isSet('admin.token')
          ? 'one token for everything'
          : `no token; the listener is on ${settings.text('admin.host')} only`,
      [blank('who has access, and how it is granted and withdrawn')],
    ],
  ];
}

function rest(facts: ReportFacts): Text[][] {
  const { settings, sampled, risk } = facts;
  const periods = retentionPeriods(facts);
  const sse = settings.text('storage.s3.serverSideEncryption');
  const atRest =
    settings.is('storage.type', 's3') && sse !== '' && sse !== 'none' ? `server-side encryption ${sse}` : '';
  const encryption = settings.isSet('storage.encryption.recipients')
    ? 'dumps are encrypted for the operator’s recipients'
    : atRest;
  const postgres = settings.is('catalog.type', 'postgres');
  return [
    [
      'Encryption in transit',
      postgres ? `connection to the database: ${settings.text('catalog.postgres.ssl')}` : 'no connection to a database',
      [blank('TLS of the public listener, such as the certificate of the reverse proxy')],
    ],
    ['Encryption at rest', encryption || [blank('encryption of disks or bucket')], '–'],
    [
      'Limits of storage',
      periods.length === 0
        ? [blank('how and when data is deleted')]
        : periods.map(({ setting, period }) => `${setting} ${period}`).join(', '),
      proofText(facts.retention),
    ],
    erasure(facts),
    [
      'Integrity of the dumps',
      'SHA-256 of each stored dump in its receipt',
      `${formatCount(sampled.hashed)} of ${plural(risk.sessions, 'sampled dump')} have one`,
    ],
    audit(facts),
    [
      'Control of what leaves the gateway',
      isForwarding(facts) ? `forwarding is on (${settings.text('forward.mode')})` : 'forwarding is off',
      'every transfer is in a ledger before its first byte leaves (rtcstats-server egress)',
    ],
    [
      'Resilience: what was received survives a crash of the process and outages of storage and database',
      'always on',
      [blank('backups, and the last test of restoring one')],
    ],
  ];
}

function erasure({ erasures: { finished, open } }: ReportFacts): Text[] {
  const done = `${plural(finished, 'erasure')} finished, ${formatCount(open)} not finished; each has a receipt`;
  return ['Access and erasure on request', 'rtcstats-server subject export and subject erase', done];
}

function audit({ checkpoint }: ReportFacts): Text[] {
  return [
    'Audit log of who read, forwarded, released, deleted and erased what',
    'entries are hashed into a tree, of which signed checkpoints are made; rtcstats-server audit --verify compares them',
    checkpoint === null
      ? ['no checkpoint yet that this machine signed; copies kept elsewhere: ', blank('where')]
      : [
          'log ',
          code(checkpoint.origin),
          `, last checkpoint at ${plural(checkpoint.size, 'entry', 'entries')} on ${moment(checkpoint.createdAt)}; copies kept elsewhere: `,
          blank('where'),
        ],
  ];
}
