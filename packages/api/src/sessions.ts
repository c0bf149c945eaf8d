import { z } from 'zod';
import { delivery } from './deliveries.ts';
import { count, counts, instant, limit, type Shape, sha256, timestamp } from './fields.ts';
import {
  ANALYSIS_FAILURES,
  BROWSER_FAMILIES,
  CALL_VERDICTS,
  MEDIA_ROUTES,
  NETWORK_TYPES,
  SESSION_SORTS,
  SESSION_STATES,
  SEVERITIES,
} from './states.ts';

const driftEntry = z.strictObject({
  event: z.string().describe('Name of the event; `?` if the name is too long or contains unusual characters.'),
  path: z
    .string()
    .describe(
      'Property names that lead to the value, joined by dots; `*` stands for a name chosen by the client. Empty if the event itself is unknown.',
    ),
  type: z.enum(['string', 'number', 'boolean', 'null', 'object', 'array']).describe('JSON type of the value.'),
  count: count.describe('How often it occurred.'),
});

export const drift = z
  .strictObject({
    entries: z.array(driftEntry).describe('Unknown events and properties, in the order of their first occurrence.'),
    more: count.describe('Occurrences that are not listed because the list is full.'),
  })
  .describe('Events and properties that the event model does not know. Their values were scanned as free text.');

export const receipt = z
  .strictObject({
    policy: z.string().describe('Preset and hash of the privacy policy, `standard@3f9a2c81d0e4b756`.'),
    redactions: counts.describe(
      'How often a value was replaced, by data class, `rule:<name>` for a rule of the operator, or `unreadable`.',
    ),
    dropped: counts.describe('Messages that were not kept, by reason.'),
    drift,
    timesFrom: z
      .literal('sessionStart')
      .optional()
      .describe(
        'Present if the client sent no time since the epoch, so that the times of the events are counted from the start ' +
          'of the session.',
      ),
    verified: z.boolean().describe('Whether the verifier has read the finished dump.'),
    findings: count.describe('Number of findings of the verifier; 0 for a stored dump.'),
    findingsByClass: counts.describe('The findings by data class or `rule:<name>`.'),
    complete: z
      .boolean()
      .describe(
        'False if the gateway process ended before the session did: redactions and drops until then are not known.',
      ),
    engine: z.string().nullable().describe('Version of the code that anonymized the session; null if not recorded.'),
    keyId: z.string().nullable().describe('Epoch of the key of the pseudonyms, `e684`; null if not recorded.'),
    verifier: z.string().nullable().describe('Version of the code that verified the dump; null until then.'),
    sha256: sha256
      .nullable()
      .describe(
        'SHA-256 of the stored dump (compressed, not encrypted) in hexadecimal digits; null until it is stored.',
      ),
    dictionary: count
      .nullable()
      .describe('Id of the zstd dictionary that the stored dump was compressed with; null if none.'),
  })
  .describe('What the gateway removed from a session, and what the verifier says about the result.');
export type Receipt = Shape<typeof receipt>;

export const session = z
  .strictObject({
    id: z.string().describe('Id of the session, a UUID version 7.'),
    state: z
      .enum(SESSION_STATES)
      .describe(
        '`recording`: the client is connected. `closed`: recorded, not finished yet. `stored`: verified and in storage. ' +
          '`quarantined`: kept on the gateway because the verifier found personal data. `erased`: the dump was removed when its time was over (`retention.dumps`); the row and the receipt stay until `retention.sessions` is over.',
      ),
    startedAt: timestamp.describe('When the client connected, or the call in an uploaded dump began; ISO 8601 in UTC.'),
    endedAt: timestamp
      .nullable()
      .describe(
        'When the session, or the call in an uploaded dump, ended; ISO 8601 in UTC; null while it is recorded.',
      ),
    closeCode: z
      .number()
      .int()
      .nullable()
      .describe(
        'WebSocket close code (RFC 6455, section 7.4); 1006 if the gateway process ended first. Null while the session is recorded, 1005 for an upload.',
      ),
    messages: count.describe('Messages that were kept.'),
    bytes: count.describe('Size of the dump before compression, in bytes.'),
    storedBytes: count.nullable().describe('Size of the stored dump (gzip), in bytes; null until it is stored.'),
    storageKey: z
      .string()
      .nullable()
      .describe('Key of the dump in storage, `<yyyy>/<mm>/<dd>/<id>.gz`, or `.zst` if it is compressed with zstd.'),
    user: z.string().nullable().describe('User, after anonymization.'),
    conference: z.string().nullable().describe('Conference, after anonymization.'),
    session: z
      .string()
      .nullable()
      .describe('The session as the application names it, after anonymization. Not the id above.'),
    signed: z
      .array(z.enum(['user', 'conference', 'session']))
      .describe(
        'Which of `user`, `conference` and `session` come from a signed token. The others are claims of the client.',
      ),
    country: z
      .string()
      .nullable()
      .describe('Country of the client (ISO 3166-1 alpha-2), if a geolocation database is configured.'),
    forward: z
      .boolean()
      .nullable()
      .describe('Whether the token of the application asks for the dump to be forwarded; null if it does not say.'),
    origin: z.string().nullable().describe('Origin of the page, after anonymization, `https://meet.example.com`.'),
    userAgent: z.string().nullable().describe('User agent of the client, as the policy allows.'),
    host: z.string().describe('The gateway that recorded the session (`server.hostIdentifier`).'),
    receipt,
  })
  .describe('A session: one connection of one client.');
export type Session = Shape<typeof session>;

export const sessionDetail = z
  .strictObject({
    ...session.shape,
    deliveries: z.array(delivery).describe('Deliveries of the dump to rtcstats.com: none or one.'),
  })
  .describe('A session with its deliveries.');
export type SessionDetail = Shape<typeof sessionDetail>;

const score = (max: number) => z.number().min(0).max(max).nullable();

export const listedSession = z
  .strictObject({
    ...session.shape,
    verdict: z
      .enum(CALL_VERDICTS)
      .nullable()
      .describe(
        'What the call was like: `good`; `degraded`: a problem, or an experience below 80; `bad`: an experience below 60, or below 80 with a ' +
          'problem of severity high or critical; `failed`: the call never came about; `notJudged`: there was no call, or the recording does not ' +
          'tell, or the analysis failed. Null for a session that was not analyzed.',
      ),
    scores: z
      .strictObject({
        experience: score(100).describe('0 to 100; null if there was no call.'),
        audio: score(5).describe('1 to 4.5; null if nothing was heard.'),
        video: score(5).describe('1 to 5; null if nothing was seen.'),
        connectivity: score(5).describe('1 to 5; null if no connection was attempted.'),
      })
      .nullable()
      .describe('The scores of the analysis; null for a session that was not analyzed.'),
    problems: z
      .array(
        z.strictObject({
          name: z.string().describe('As in docs/observations.md.'),
          severity: z.enum(SEVERITIES).describe('The highest severity of the observations with this name.'),
        }),
      )
      .describe('Observations of severity medium or higher, one per name, the worst first.'),
    analysisFailure: z
      .enum(ANALYSIS_FAILURES)
      .nullable()
      .describe(
        'Why the dump could not be analyzed: `unreadable`: it is damaged; `deadline`: the analysis took too long; `failed`: an error in the ' +
          'analysis. Null if it was analyzed, or if no analysis was made.',
      ),
  })
  .describe('A session in a list, with a summary of its analysis.');
export type ListedSession = Shape<typeof listedSession>;

export const sessionPage = z
  .strictObject({
    sessions: z.array(listedSession).describe('In the order that `sort` asks for.'),
    nextCursor: z.string().nullable().describe('The `cursor` of the next page; null on the last page.'),
  })
  .describe('A page of sessions.');
export type SessionPage = Shape<typeof sessionPage>;

export const sessionParams = z.strictObject({ id: z.string().describe('Id of the session.') });
export type SessionParams = Shape<typeof sessionParams>;

/** The query of `GET /api/sessions/{id}/live`. */
export const liveQuery = z.strictObject({
  from: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Offset of the first byte, the number of bytes that the client already has. Default: 0.'),
});

const MAX_NAME_LENGTH = 1024;
const name = z.string().max(MAX_NAME_LENGTH).optional();

/** Codes have two letters; names that are no code find nothing. */
const MAX_COUNTRY_LENGTH = 8;
/** As long as the names in the catalog at most. */
const MAX_OS_LENGTH = 128;

const scoreFilter = z.coerce.number().int().min(0).max(100).optional();

/** The query of `GET /api/sessions`, and the body of `POST /api/sessions/search`. All conditions must hold. */
export const sessionQuery = z.strictObject({
  search: name.describe('User, conference, session or id; as the application names them or as they are stored.'),
  user: name.describe('User, as the application names it or as it is stored.'),
  conference: name.describe('Conference, as the application names it or as it is stored.'),
  session: name.describe('Session, as the application names it or as it is stored.'),
  state: z.enum(SESSION_STATES).optional().describe('State of the session.'),
  origin: name.describe(
    'Origin of the page, with or without its scheme: `https://meet.example.com`, `meet.example.com`.',
  ),
  browser: z.enum(BROWSER_FAMILIES).optional().describe('Browser family.'),
  country: z.string().max(MAX_COUNTRY_LENGTH).optional().describe('Country of the client (ISO 3166-1 alpha-2): `DE`.'),
  os: z
    .string()
    .max(MAX_OS_LENGTH)
    .optional()
    .describe('Operating system of the client, without its version: `Windows`. Only of analyzed sessions.'),
  network: z
    .enum(NETWORK_TYPES)
    .optional()
    .describe('Network of the client, as its browser says. Only of analyzed sessions.'),
  route: z
    .enum(MEDIA_ROUTES)
    .optional()
    .describe('`relay`: media went through a TURN server; `direct`: they did not. Only of analyzed sessions.'),
  from: instant.describe('Sessions that started at or after this time: ISO 8601 with a zone, or a day in UTC.'),
  to: instant.describe('Sessions that started before this time: ISO 8601 with a zone, or a day in UTC.'),
  verdict: z.enum(CALL_VERDICTS).optional().describe('Verdict on the call.'),
  observation: z
    .string()
    .max(64)
    .optional()
    .describe('Name of an observation that the session has, as in docs/observations.md: `packet-loss`.'),
  severity: z
    .enum(SEVERITIES)
    .optional()
    .describe('Lowest severity: of that observation, or without `observation`, of the worst one of the session.'),
  minScore: scoreFilter.describe('Lowest experience score, 0 to 100. Sessions without a score are left out.'),
  maxScore: scoreFilter.describe('Highest experience score, 0 to 100. Sessions without a score are left out.'),
  sort: z
    .enum(SESSION_SORTS)
    .optional()
    .describe(
      '`start`: newest first. `score`: lowest experience score first; sessions without a score are left out. Default: `start`.',
    ),
  limit: limit.describe('Sessions per page, 1 to 1000. Default: 100.'),
  cursor: z
    .string()
    .max(MAX_NAME_LENGTH)
    .optional()
    .describe('`nextCursor` of the previous page, with the same conditions and the same `sort`.'),
});
/** The same as a client writes it. */
export type SessionQuery = Omit<z.input<typeof sessionQuery>, 'limit' | 'minScore' | 'maxScore'> & {
  readonly limit?: number;
  readonly minScore?: number;
  readonly maxScore?: number;
};

export const finding = z
  .strictObject({
    class: z.string().describe('Data class, or `rule:<name>` for a rule of the operator.'),
    line: count.describe('Line of the dump; the first line is 1.'),
    path: z.string().describe('Position in the JSON value of the line, `$[2].candidate`.'),
    excerpt: z.string().describe('The text around the value, at most 80 characters. The value itself is masked.'),
  })
  .describe('Personal data that the verifier found in a dump.');
export type Finding = Shape<typeof finding>;

export const verdict = z
  .strictObject({
    clean: z.boolean().describe('Whether the verifier found nothing.'),
    findings: z.array(finding).describe('The first 100 findings.'),
    total: count.describe('Number of all findings.'),
  })
  .describe('What the verifier says about a dump.');
export type Verdict = Shape<typeof verdict>;
