import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConfig, loadConfig } from './config.ts';
import { HIDDEN, printConfig, publicConfig } from './print.ts';
import { configDirectory } from './testing/config-file.ts';

const { directory, file } = configDirectory();

describe('printing', () => {
  const secrets = {
    admin: { token: 'token-that-nobody-sees' },
    authorization: { jwtSecret: 'secret-nobody-sees' },
    privacy: { key: 'nobody'.padEnd(43, 'A') },
  };

  it('hides every secret', () => {
    const config = createConfig(secrets);
    expect(printConfig(config)).not.toMatch(/nobody/);
    expect(publicConfig(config)).toMatchObject({
      admin: { token: HIDDEN },
      authorization: { jwtSecret: HIDDEN },
      privacy: { key: HIDDEN },
    });
  });

  it('prints a configuration that can be loaded', () => {
    const privacy = {
      preset: 'strict',
      keyRotation: 'off',
      ipAddresses: { keepNetworks: ['10.0.0.0/8'] },
      customEvents: { ':chat': 'drop', default: 'scan' },
      rules: [{ name: 'badge', pattern: '\\d{4}', paths: ['badge'] }],
    };
    const config = createConfig({ server: { port: 9000 }, privacy });
    expect(loadConfig({ file: file(printConfig(config)) })).toEqual(config);
  });
});

describe('the settings of storage and catalog', () => {
  const environment = {
    RTCSTATS_STORAGE_TYPE: 's3',
    RTCSTATS_STORAGE_S3_BUCKET: 'dumps',
    RTCSTATS_STORAGE_S3_FORCE_PATH_STYLE: 'true',
    RTCSTATS_STORAGE_S3_CREDENTIALS_ACCESS_KEY_ID: 'AKIA',
    RTCSTATS_STORAGE_S3_CREDENTIALS_SECRET_ACCESS_KEY: 'hush-1',
    RTCSTATS_STORAGE_S3_CREDENTIALS_SESSION_TOKEN: 'hush-2',
    RTCSTATS_CATALOG_TYPE: 'postgres',
    RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING: 'postgres://rtcstats:hush-3@db.example.com/rtcstats',
    RTCSTATS_CATALOG_POSTGRES_CA_FILE: 'ca.pem',
  };

  it('come from variables, with paths relative to the working directory', () => {
    const { storage, catalog } = loadConfig({ cwd: directory, environment });
    expect(storage.s3).toMatchObject({ forcePathStyle: true, prefix: '', serverSideEncryption: 'none' });
    expect(catalog.postgres).toMatchObject({ ssl: 'verify-full', poolSize: 4, caFile: join(directory, 'ca.pem') });
  });

  it('are printed without secrets', () => {
    const printed = printConfig(loadConfig({ cwd: directory, environment }));
    expect(printed).toContain('bucket: dumps');
    expect(printed).not.toContain('hush-');
    expect(printed.split(HIDDEN)).toHaveLength(4);
  });
});
