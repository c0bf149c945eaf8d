import { rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configWarnings, createConfig, loadConfig, loadPolicy } from './config.ts';
import { configDirectory, failure } from './testing/config-file.ts';

const { directory, file, problemsOf } = configDirectory();

describe('defaults', () => {
  it('work without anything configured', () => {
    const config = loadConfig({ cwd: directory });
    expect(config.server).toMatchObject({ host: '0.0.0.0', port: 8080, hostIdentifier: hostname() });
    expect(config.server.limits.messageBytes).toBe(2 * 1024 * 1024);
    expect(config.admin).toEqual({ host: '127.0.0.1', port: 8081 });
    expect(config.dataDirectory).toBe(join(directory, 'data'));
    expect(config.authorization).toEqual({ clockToleranceSeconds: 30, requireExpiry: false, trustQueryIdentity: true });
    expect(config.privacy.ipAddresses).toEqual({
      method: 'mask',
      ipv4Bits: 24,
      ipv6Bits: 48,
      keepNetworks: [],
      keepRelay: false,
    });
  });

  it('are deeply frozen and copied from the input', () => {
    const given = { server: { trustedProxies: ['10.0.0.0/8'] } };
    const config = createConfig(given);
    given.server.trustedProxies.push('0.0.0.0/0');
    expect(config.server.trustedProxies).toEqual(['10.0.0.0/8']);
    expect(Object.isFrozen(config.server.trustedProxies)).toBe(true);
    expect(Object.isFrozen(config.privacy.ipAddresses.keepNetworks)).toBe(true);
    expect(() => Object.assign(config.server.limits, { connections: 1 })).toThrow(TypeError);
  });
});

describe('sources', () => {
  it('give flags precedence over the environment, and the environment over the file', () => {
    const sources = {
      file: file('server: {port: 1001, host: 127.0.0.1}\nadmin: {port: 1002}\nlog:\n'),
      environment: { RTCSTATS_SERVER_PORT: '2001', RTCSTATS_ADMIN_PORT: '2002', HOME: '/root' },
      flags: { 'server.port': { flag: '--port', text: '3001' } },
    };
    const { server, admin } = loadConfig(sources);
    expect([server.host, server.port, admin.port]).toEqual(['127.0.0.1', 3001, 2002]);
  });

  it('find rtcstats.yaml in the working directory if it exists', () => {
    const path = join(directory, 'rtcstats.yaml');
    writeFileSync(path, 'log: {level: warn}');
    expect(loadConfig({ cwd: directory }).log.level).toBe('warn');
    rmSync(path);
    expect(loadConfig({ cwd: directory }).log.level).toBe('info');
  });

  it('require a file that was named', () => {
    const error = failure(() => loadConfig({ file: join(directory, 'missing.yaml') }));
    expect(error.code).toBe('CONFIG_NOT_FOUND');
    expect(error.message).toContain('missing.yaml');
  });

  it('read lists and numbers from variables', () => {
    const { server } = loadConfig({
      cwd: directory,
      environment: { RTCSTATS_SERVER_TRUSTED_PROXIES: '10.0.0.0/8, ::1', RTCSTATS_SERVER_LIMITS_MESSAGE_BYTES: '2048' },
    });
    expect(server.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
    expect(server.limits.messageBytes).toBe(2048);
  });

  it('merge the short form of ipAddresses with a variable of one of its keys', () => {
    const { privacy } = loadConfig({
      file: file('privacy: {ipAddresses: mask}'),
      environment: { RTCSTATS_PRIVACY_IP_ADDRESSES_KEEP_NETWORKS: '198.51.100.0/24' },
    });
    expect(privacy.ipAddresses).toMatchObject({ method: 'mask', keepNetworks: ['198.51.100.0/24'] });
  });
});

it('derive: false stands for all of its keys, before a variable', () => {
  const { privacy } = loadConfig({
    file: file('privacy: {derive: false}'),
    environment: { RTCSTATS_PRIVACY_DERIVE_ADDRESS_CLASS: 'true' },
  });
  expect(privacy.derive).toEqual({ addressClass: true, networkGroup: false, addressGroup: false });
  expect(() => loadConfig({ file: file('privacy: {deviceNames: false}'), environment: {} })).toThrow('deviceNames');
});

describe('authorization', () => {
  const secretOf = (text: string): unknown =>
    loadConfig({ cwd: directory, environment: { RTCSTATS_AUTHORIZATION_JWT_SECRET: text } }).authorization.jwtSecret;

  it('reads one secret from a variable, commas and all, or a JSON list of them', () => {
    expect(secretOf('one, with a comma')).toBe('one, with a comma');
    expect(secretOf('["new, secret", "old"]')).toEqual(['new, secret', 'old']);
    expect(secretOf('[no list')).toBe('[no list');
  });

  it('takes paths of key files relative to the working directory', () => {
    expect(createConfig({ authorization: { publicKey: 'key.pem' } }, '/etc').authorization.publicKey).toEqual([
      '/etc/key.pem',
    ]);
  });

  it.each([
    ['{required: true}', 'authorization.required'],
    ['{jwtSecret: a secret, algorithms: [RS256]}', 'authorization.algorithms'],
    ['{publicKey: key.pem, algorithms: [HS256]}', 'authorization.algorithms'],
    ['{jwtSecret: []}', 'authorization.jwtSecret'],
  ])('refuses %s', (yaml, path) => {
    expect(problemsOf({ file: file(`authorization: ${yaml}`) })).toContain(path);
  });
});

describe('problems', () => {
  it('are all in one message, each with path, value, origin and the allowed values', () => {
    const message = problemsOf({
      file: file(
        'server: {port: http, trustedProxies: [10.0.0.0/8, 10.0.0.0/33], prot: 1}\nlog: pretty\nstoarge: {}\n',
      ),
      environment: { RTCSTATS_SERVER_LIMITS_CONNECTIONS: 'many', RTCSTATS_SERVER_PROT: '1' },
    });
    expect(message.split('\n').slice(1)).toEqual([
      '  - RTCSTATS_SERVER_PROT: no such variable; did you mean RTCSTATS_SERVER_PORT?',
      expect.stringMatching(
        /^ {2}- server\.port: "http" is not allowed \(from .*some\.yaml\); allowed: a whole number from 0 to 65535$/,
      ),
      expect.stringMatching(/^ {2}- server\.trustedProxies\[1\]: "10\.0\.0\.0\/33" is not allowed/),
      '  - server.limits.connections: "many" is not allowed (from RTCSTATS_SERVER_LIMITS_CONNECTIONS); allowed: a whole number from 1 to 1000000',
      '  - server.prot: no such setting; did you mean port?',
      '  - log: expected settings below this key, got a string',
      '  - stoarge: no such setting; did you mean storage?',
    ]);
  });

  it.each([
    ['an empty secret from the environment', { environment: { RTCSTATS_AUTHORIZATION_JWT_SECRET: '' } }],
    ['an empty secret in the file', { yaml: 'authorization: {jwtSecret: }' }],
    ['a secret that YAML takes for a number', { yaml: 'authorization: {jwtSecret: 4711123}' }],
    ['a token that is too short', { yaml: 'admin: {token: "4711123"}' }],
    ['no algorithm', { environment: { RTCSTATS_AUTHORIZATION_ALGORITHMS: '' } }],
    ['the algorithm none', { yaml: 'authorization: {algorithms: [none]}' }],
    ['a key that is a prototype', { yaml: '__proto__: {admin: {host: 0.0.0.0}}' }],
    ['a fraction for a port', { yaml: 'server: {port: 80.5}' }],
    ['a method the class does not have', { yaml: 'privacy: {deviceNames: mask}' }],
    ['bits that the method makes no use of', { yaml: 'privacy: {ipAddresses: {method: remove, ipv4Bits: 24}}' }],
    ['a pattern that could take forever', { yaml: String.raw`privacy: {rules: [{name: a, pattern: '(a+)+\1'}]}` }],
    ['a key that is too short', { environment: { RTCSTATS_PRIVACY_KEY: '4711123' } }],
    ['a rotation of minutes', { yaml: 'privacy: {keyRotation: 5m}' }],
    ['a boolean that is a word', { environment: { RTCSTATS_PRIVACY_IDENTIFIERS_KEEP_OPAQUE: 'yes' } }],
    ['rules from the environment', { environment: { RTCSTATS_PRIVACY_RULES: '[]' } }],
    ['bits between the steps', { yaml: 'privacy: {ipAddresses: {ipv4Bits: 20}}' }],
    ['a network with a zone', { yaml: 'privacy: {ipAddresses: {keepNetworks: ["fe80::1%eth0/64"]}}' }],
    ['S3 without a bucket', { yaml: 'storage: {type: s3}' }],
    [
      'half of a key pair',
      { yaml: 'storage: {type: s3, s3: {bucket: dumps, credentials: {secretAccessKey: "4711123"}}}' },
    ],
    ['an endpoint with a password', { yaml: 'storage: {s3: {endpoint: "https://me:password@s3.example.com"}}' }],
    ['an endpoint that is not a URL', { yaml: 'storage: {s3: {endpoint: "s3.example.com"}}' }],
    ['a prefix that leads out', { yaml: 'storage: {s3: {prefix: ../other}}' }],
    ['a KMS key without SSE-KMS', { yaml: 'storage: {type: s3, s3: {bucket: dumps, kmsKeyId: k}}' }],
    ['PostgreSQL without a database', { yaml: 'catalog: {type: postgres}' }],
    ['a database of another kind', { yaml: 'catalog: {postgres: {connectionString: "mysql://u:4711123@h/d"}}' }],
    [
      'TLS in two places',
      { yaml: 'catalog: {postgres: {connectionString: "postgres://u:4711123@h/d?sslmode=disable"}}' },
    ],
    [
      'a CA file that is not used',
      { yaml: 'catalog: {type: postgres, postgres: {connectionString: "postgres://h/d", ssl: require, caFile: a}}' },
    ],
    ['the same port twice', { yaml: 'admin: {port: 8080}' }],
    ['a list instead of settings', { yaml: '[1, 2]' }],
    ['a text instead of settings', { yaml: 'port' }],
  ])('stop the start: %s', (_, { yaml, environment }: { yaml?: string; environment?: Record<string, string> }) => {
    const error = failure(() => loadConfig({ file: file(yaml ?? ''), ...(environment && { environment }) }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).not.toContain('4711123');
  });
});

describe('the admin listener', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('needs no token on %s', (host) => {
    expect(createConfig({ admin: { host } }).admin.host).toBe(host);
  });

  it.each(['0.0.0.0', '::', '10.1.2.3', 'gateway.internal', 'localhost.example'])('needs one on %s', (host) => {
    expect(failure(() => createConfig({ admin: { host } })).code).toBe('ADMIN_TOKEN_REQUIRED');
    expect(createConfig({ admin: { host, token: 'sixteen-letters-' } }).admin.host).toBe(host);
  });

  it('is checked even when other settings are wrong', () => {
    const error = failure(() => createConfig({ admin: { host: '0.0.0.0' }, log: { level: 'loud' } }));
    expect(error.message).toContain('admin.token');
    expect(error.message).toContain('log.level');
  });
});

describe('the privacy policy', () => {
  it.each([
    [{ preset: 'strict' }, { method: 'remove', ipv4Bits: 0, ipv6Bits: 0 }],
    [
      { preset: 'strict', ipAddresses: 'mask' },
      { method: 'mask', ipv4Bits: 24, ipv6Bits: 48 },
    ],
    [{ ipAddresses: 'remove' }, { method: 'remove', ipv4Bits: 0, ipv6Bits: 0 }],
    [{ ipAddresses: { ipv4Bits: 8 } }, { method: 'mask', ipv4Bits: 8, ipv6Bits: 48 }],
  ])('of %j', (privacy, expected) => {
    expect(createConfig({ privacy }).privacy.ipAddresses).toMatchObject(expected);
  });

  it('takes scalars and lists from variables', () => {
    const { privacy, pseudonyms } = loadConfig({
      cwd: directory,
      environment: {
        RTCSTATS_PRIVACY_PRESET: 'strict',
        RTCSTATS_PRIVACY_DEVICE_NAMES: 'pseudonymize',
        RTCSTATS_PRIVACY_DEVICE_NAMES_KEEP_LABELS: 'chat, telemetry',
        RTCSTATS_PRIVACY_PAGE_URL: 'pseudonymize',
        RTCSTATS_PRIVACY_PAGE_URL_KEEP_SEGMENTS: 'room, meet',
        RTCSTATS_PRIVACY_IDENTIFIERS_KEEP_OPAQUE: 'true',
        RTCSTATS_PRIVACY_CUSTOM_EVENTS: 'scan',
        RTCSTATS_PRIVACY_KEY_ROTATION: '36h',
      },
    });
    expect(privacy).toMatchObject({
      preset: 'strict',
      classes: { deviceNames: 'pseudonymize', pageUrl: 'pseudonymize', deviceIds: 'remove' },
      keepSegments: ['room', 'meet'],
      keepLabels: ['chat', 'telemetry'],
      keepOpaqueIdentifiers: true,
      customEvents: 'scan',
    });
    expect(pseudonyms).toEqual({ key: undefined, rotation: 36 * 3_600_000 });
  });

  it('is reported with key, hint and origin when it is invalid', () => {
    const message = problemsOf({
      file: file('privacy: {deviceName: remove, rules: [{name: badge, pattern: "("}], contact: mask}'),
    });
    expect(message).toContain('privacy.deviceName: no such setting; did you mean deviceNames?');
    expect(message).toMatch(/privacy\.contact: "mask" is not allowed; allowed: keep or redact \(from .*some\.yaml\)/);
    expect(message).toMatch(/privacy\.rules\[0\]\.pattern: .*RE2.*missing closing/);
  });

  it('can be loaded from its own file', () => {
    expect(loadPolicy(file('ipAddresses: remove')).ipAddresses.method).toBe('remove');
    const error = failure(() => loadPolicy(file('ipAddresses: {metod: remove}')));
    expect(error.code).toBe('POLICY_INVALID');
    expect(error.message).toContain('ipAddresses.metod: no such setting; did you mean method?');
  });
});

describe('warnings', () => {
  it('report that no token is required, or that the secret is weak', () => {
    expect(configWarnings(createConfig())).toHaveLength(1);
    expect(configWarnings(createConfig({ authorization: { jwtSecret: 'short' } })).join()).not.toContain('"short"');
    expect(configWarnings(createConfig({ authorization: { jwtSecret: 'x'.repeat(32) } }))).toEqual([]);
  });
});
