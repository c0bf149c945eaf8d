import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { importConfig, printImported } from './config-import.ts';
import { IMPORT_RULES } from './config-import-table.ts';

const cwd = temporaryDirectory();

const OTHER = `
server:
  httpPort: 9090
  httpsCertificate: /etc/cert.pem
authorization:
  jwtSecret: the-secret-of-the-application-with-32-bytes
rtcstats:
  endpoint: https://api.rtcstats.com/v1.0/upload
  token: token-of-rtcstats-com
  randomPercentage: "0.25"
storage:
  s3:
    bucket: call-dumps
    region: eu-central-1
    forcePathStyle: false
    credentials: {accessKeyId: AKIA1, secretAccessKey: the-key-of-the-bucket}
database:
  postgres:
    connectionString: postgres://stats:the-password@db.example.com/stats
  tableName: rtcstats-server
obfuscateAddresses: true
shiny:
  new: the-value-of-something-unknown
  list: [1, 2]
`;

describe('config import', () => {
  it('converts only settings that docs/migrating.md lists', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../../docs/migrating.md'), 'utf8');
    const settings = text.slice(text.indexOf('## Settings'), text.indexOf('## Clients of other projects'));
    const here = settings.split('\n').map((line) => line.split('|')[2] ?? '');
    expect(IMPORT_RULES.filter(({ to }) => !here.some((cell) => cell.includes(`\`${to}\``)))).toEqual([]);
  });

  it('prints settings that can be used, with a comment for each that has no counterpart', async () => {
    writeFileSync(join(cwd, 'other.yaml'), OTHER);
    const { code, stdout, stderr } = await runProgram(['config', 'import', 'other.yaml'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      '# Settings of other.yaml, converted. Compare with docs/migrating.md.',
      '# Settings without a counterpart:',
      '#   server.httpsCertificate: TLS ends at the proxy in front; see docs/reverse-proxies.md',
      '#   database.tableName: tables have fixed names; see docs/back-ends.md',
      '#   obfuscateAddresses: personal data is anonymized before anything is written; see privacy.* in docs/privacy.md',
      '#   shiny.new: no counterpart is known; see docs/migrating.md',
      '#   shiny.list: no counterpart is known; see docs/migrating.md',
    ]);
    writeFileSync(join(cwd, 'imported.yaml'), stdout);
    expect((await runProgram(['config', 'check', 'imported.yaml'], { cwd })).code).toBe(0);
    const json = await runProgram(['config', 'import', 'other.yaml', '--json'], { cwd });
    expect((JSON.parse(json.stdout) as { settings: object }).settings).toEqual({
      server: { port: 9090 },
      authorization: { jwtSecret: 'the-secret-of-the-application-with-32-bytes' },
      forward: {
        endpoint: 'https://api.rtcstats.com/v1.0',
        token: 'token-of-rtcstats-com',
        sample: 0.25,
        mode: 'upload',
      },
      storage: {
        s3: {
          bucket: 'call-dumps',
          region: 'eu-central-1',
          forcePathStyle: false,
          credentials: { accessKeyId: 'AKIA1', secretAccessKey: 'the-key-of-the-bucket' },
        },
        type: 's3',
      },
      catalog: {
        postgres: { connectionString: 'postgres://stats:the-password@db.example.com/stats' },
        type: 'postgres',
      },
    });
  });

  it('prints settings with values that are not allowed here, names them, and ends with 1', async () => {
    writeFileSync(join(cwd, 'bad-value.yaml'), 'server: {httpPort: 99999}\nauthorization: {jwtSecret: [7]}\n');
    const { code, stdout, stderr } = await runProgram(['config', 'import', 'bad-value.yaml'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('port: 99999');
    expect(stderr).toContain('server.port: 99999 is not allowed');
    expect((await runProgram(['config', 'import', 'missing.yaml'], { cwd })).code).toBe(2);
    expect((await runProgram(['config', 'import'], { cwd })).code).toBe(2);
  });

  it('has no values in comments, and no line that a name could add', () => {
    const content = { 'a\nadmin': { 'token\r': 'the-value' }, 'b\u2028c': 'the-value', d: null, e: {} };
    const imported = importConfig(content);
    const text = printImported(imported, 'x\ny.yaml');
    expect(text).not.toContain('the-value');
    expect(imported.remarks.map(({ name }) => name)).toEqual(['a\nadmin.token\r', 'b\u2028c', 'd', 'e']);
    expect(
      text
        .trimEnd()
        .split(/[\n\r\u2028]/)
        .filter((line) => line !== '')
        .every((line) => line.startsWith('#')),
    ).toBe(true);
  });

  it('takes the first of two settings with the same meaning, and skips empty ones', () => {
    const content = { port: null, server: { port: 1000, httpPort: 2000 }, rtcstats: { token: '', endpoint: null } };
    expect(importConfig(content)).toEqual({
      settings: { server: { port: 1000 } },
      remarks: [{ name: 'server.httpPort', reason: 'not used, because server.port has the value of server.port' }],
    });
  });

  it('ends with a section that contains itself, and does not change the prototype of objects', () => {
    const content: Record<string, unknown> = JSON.parse('{"__proto__": {"jwtSecret": 1}, "server": {"port": 1}}');
    (content['server'] as Record<string, unknown>)['again'] = content['server'];
    const { settings, remarks } = importConfig(content);
    expect(createConfig(settings).server.port).toBe(1);
    expect(remarks.map(({ name }) => name)).toEqual(['__proto__.jwtSecret']);
    expect({}).not.toHaveProperty('jwtSecret');
  });
});
