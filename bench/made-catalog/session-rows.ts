import { DAYS, FIRST_DAY, VALUES } from './calls.ts';

const RECEIPT = JSON.stringify({
  policy: 'standard',
  engine: 'rtcstats-privacy/1',
  keyId: 'e684',
  redactions: { ipAddresses: 24, names: 3 },
  dropped: {},
  drift: { entries: [], more: 0 },
  verified: true,
  findings: 0,
  findingsByClass: {},
  verifier: 'rtcstats-verifier/1',
  sha256: 'ab'.repeat(32),
  complete: true,
});
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

/** What SQLite and PostgreSQL write differently. */
export interface SqlForms {
  /** A table `series` with the whole numbers `i` of a range, as the beginning of a statement and a `from`. */
  series(from: number, to: number): { readonly begin: string; readonly from: string };
  /** A time as ISO 8601 in UTC, from seconds since the epoch. */
  time(seconds: string): string;
  /** A whole number as twelve digits. */
  digits(number: string): string;
}

export const SQLITE_FORMS: SqlForms = {
  series: (from, to) => ({
    begin: `with recursive series (i) as (select ${from} union all select i + 1 from series where i < ${to})`,
    from: 'series',
  }),
  time: (seconds) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${seconds}, 'unixepoch')`,
  digits: (number) => `printf('%012d', ${number})`,
};

export const POSTGRES_FORMS: SqlForms = {
  series: (from, to) => ({ begin: '', from: `generate_series(${from}::bigint, ${to}::bigint) as series (i)` }),
  time: (seconds) => `to_char(to_timestamp(${seconds}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  digits: (number) => `lpad((${number})::text, 12, '0')`,
};

/**
 * Statements that insert sessions with analyses, made by the database itself because that is ten times as fast. The
 * verdicts and problems have about the shares of `madeCall`; the analyses have no documents, which take 7 KB each.
 */
export function sessionStatements(forms: SqlForms, calls: number, from: number, to: number): readonly string[] {
  const { begin, from: table } = forms.series(from, to - 1);
  const start = `${FIRST_DAY / 1000} + i * ${(DAYS * 86_400) / calls}`;
  /** A number from 0 to 1023 that looks random: multiplicative hashing (Knuth, TAOCP 3, 6.4). */
  const random = (salt: number): string => `(((i + ${salt * 7_777_777}) * 2654435761) % 4294967296 / 4194304)`;
  const id = `'session-' || ${forms.digits('i')}`;
  const startedAt = forms.time(start);
  const experience = `(100 - ${random(1)} * ${random(1)} * ${random(1)} / 10737419)`;
  const verdict = `case when ${experience} < 5 then 'failed' when ${experience} < 60 then 'bad' when ${experience} < 80 then 'degraded' else 'good' end`;
  const problem = `'problem-' || (${random(2)} % ${VALUES.observation.length})`;
  const severity = `case when ${experience} < 60 then 'high' else 'medium' end`;
  return [
    `${begin} insert into sessions (id, state, started_at, ended_at, close_code, messages, bytes, stored_bytes, storage_key,
      blob_url, user_name, conference, session, signed, country, forward, origin, user_agent, browser, host, receipt)
    select ${id}, case when ${random(9)} = 0 then 'quarantined' else 'stored' end, ${startedAt}, ${forms.time(`${start} + 600`)},
      1000, 700, 900000, 150000, 'dumps/' || ${forms.digits('i')} || '.gz', null, 'u-' || (i % 200000), 'c-' || (i / 4), null, '[]',
      'C' || (${random(3)} % ${VALUES.country.length}), null, 'https://' || (${random(4)} % ${VALUES.origin.length}) || '.example',
      '${USER_AGENT}', case when ${random(5)} < 700 then 'Chrome' when ${random(5)} < 900 then 'Safari' else 'Firefox' end,
      'gateway-1', '${RECEIPT}'
    from ${table}`,
    `${begin} insert into analyses (session_id, started_at, analysis_version, analyzed_at, verdict, experience, audio, video,
      connectivity, severity, problems)
    select ${id}, ${startedAt}, 1, ${startedAt}, ${verdict}, ${experience}, 4.1, 3.9, 4.8,
      case when ${experience} < 80 then ${severity} end,
      case when ${experience} < 80 then '[{"name":"' || ${problem} || '","severity":"' || ${severity} || '"}]' else '[]' end
    from ${table}`,
    `${begin} insert into observed (session_id, name, severity, started_at)
    select ${id}, ${problem}, ${severity}, ${startedAt} from ${table} where ${experience} < 80`,
  ];
}
