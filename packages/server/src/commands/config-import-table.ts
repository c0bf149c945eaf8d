/** How a setting of the server of the rtcstats project becomes one of this gateway. */
export interface ImportRule {
  /** Matches the path of the other setting, `rtcstats.randomPercentage`. */
  readonly from: RegExp;
  /** The path of the setting here. */
  readonly to: string;
  /** Converts the value; default: it stays the same. Validation reports a value that is not allowed here. */
  readonly convert?: (value: unknown) => unknown;
}

/**
 * The settings that have a counterpart. Those of buckets and databases are recognized by their own names below any
 * section for them, because operators name and nest these sections differently.
 */
export const IMPORT_RULES: readonly ImportRule[] = [
  { from: /^authorization\.jwtSecret$/i, to: 'authorization.jwtSecret' },
  { from: /^(server\.)?(http)?port$/i, to: 'server.port', convert: toNumber },
  { from: /^(server\.)?uploadPath$/i, to: 'server.uploadPath' },
  { from: /^rtcstats\.endpoint$/i, to: 'forward.endpoint', convert: toBaseUrl },
  { from: /^rtcstats\.token$/i, to: 'forward.token' },
  { from: /^rtcstats\.randomPercentage$/i, to: 'forward.sample', convert: toNumber },
  { from: bucketSetting('bucket(Name)?'), to: 'storage.s3.bucket' },
  { from: bucketSetting('region'), to: 'storage.s3.region' },
  { from: bucketSetting('endpoint'), to: 'storage.s3.endpoint' },
  { from: bucketSetting('forcePathStyle'), to: 'storage.s3.forcePathStyle', convert: toBoolean },
  { from: bucketSetting('accessKeyId'), to: 'storage.s3.credentials.accessKeyId' },
  { from: bucketSetting('secretAccessKey'), to: 'storage.s3.credentials.secretAccessKey' },
  { from: bucketSetting('sessionToken'), to: 'storage.s3.credentials.sessionToken' },
  {
    from: /^(.+\.)?(postgres|postgresql|database|db)\.(.+\.)?(connectionString|url)$/i,
    to: 'catalog.postgres.connectionString',
  },
  { from: /^geo[a-z]*\.(.+\.)?(database|path|file)$/i, to: 'geolocation.database' },
];

/** Settings that follow from one that was taken over. */
export const IMPLIED_SETTINGS: readonly { readonly by: string; readonly path: string; readonly value: string }[] = [
  { by: 'storage.s3.bucket', path: 'storage.type', value: 's3' },
  { by: 'catalog.postgres.connectionString', path: 'catalog.type', value: 'postgres' },
  { by: 'forward.token', path: 'forward.mode', value: 'upload' },
];

/** Why a setting has no counterpart, and what to do instead; the first pattern that matches decides. */
const REMARKS: readonly (readonly [RegExp, string])[] = [
  [/obfuscate|anonymize/i, 'personal data is anonymized before anything is written; see privacy.* in docs/privacy.md'],
  [
    /^(.+\.)?(postgres|postgresql|database|db)\.(.+\.)?ssl/i,
    'TLS with a verified certificate; see catalog.postgres.ssl',
  ],
  [/^(.+\.)?(postgres|postgresql|database|db)\.(.+\.)?table/i, 'tables have fixed names; see docs/back-ends.md'],
  [/^(.+\.)?(postgres|postgresql|database|db)\./i, 'write it into catalog.postgres.connectionString'],
  [/tolerance/i, 'authorization.clockToleranceSeconds decides, 30 seconds if not set'],
  [/https|tls|ssl|cert/i, 'TLS ends at the proxy in front; see docs/reverse-proxies.md'],
  [/prox(y|ies)|forwarded/i, 'list the proxies in server.trustedProxies; X-Forwarded-For of others is ignored'],
  [/payload|messageSize|maxSize/i, 'server.limits.messageBytes decides, 2 MiB if not set'],
  [/table/i, 'tables have fixed names; see docs/back-ends.md'],
  [/^geo|maxmind/i, 'a country database is included; see geolocation.*'],
  [/IAM/, 'without storage.s3.credentials, those of the environment are used'],
  [/deleteAtStart/i, 'nothing is deleted at the start; see docs/durability.md'],
  [/^(s3|storage|aws|gcs|gcp|azure)\b/i, 'only S3 and compatible services; see storage.* in docs/configuration.md'],
  [/^rtcstats\./i, 'see forward.* in docs/forwarding.md'],
  [/log/i, 'see log.level'],
  [/(dir|directory|folder|tmp|temp|path)$/i, 'all files are below dataDirectory'],
];

/** Explains why a setting has no counterpart. */
export function importRemark(path: string): string {
  const known = REMARKS.find(([pattern]) => pattern.test(path));
  return known?.[1] ?? 'no counterpart is known; see docs/migrating.md';
}

function bucketSetting(name: string): RegExp {
  return new RegExp(String.raw`^(.+\.)?(s3|storage|aws)\.(.+\.)?${name}$`, 'i');
}

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
}

function toBoolean(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

/** The other server posts to the URL itself; here the base URL is set. */
function toBaseUrl(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\/+$/, '').replace(/\/upload$/, '') : value;
}
