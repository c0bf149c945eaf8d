import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';
import { configReference } from '../config/reference.ts';
import { run } from './config.ts';

const cwd = temporaryDirectory();
writeFileSync(join(cwd, 'good.yaml'), 'server: {port: 9000}\nauthorization: {jwtSecret: not-to-be-shown}\n');
writeFileSync(join(cwd, 'bad.yaml'), 'server: {port: 99999}\nstroage: {}\n');

describe('config', () => {
  it('prints the effective settings, without secrets', async () => {
    const args = ['config', 'print', '--config', 'good.yaml', '--json'];
    const { code, stdout } = await runProgram(args, { cwd, env: { RTCSTATS_ADMIN_PORT: '9001' } });
    expect(code).toBe(0);
    expect(stdout).not.toContain('not-to-be-shown');
    expect(JSON.parse(stdout)).toMatchObject({
      server: { port: 9000 },
      admin: { port: 9001 },
      dataDirectory: join(cwd, 'data'),
    });
  });

  it('checks a file: 0 valid, 1 not valid, 2 could not read', async () => {
    expect((await runProgram(['config', 'check', 'good.yaml'], { cwd })).code).toBe(0);
    const bad = await runProgram(['config', 'check', 'bad.yaml'], { cwd });
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain(
      'server.port: 99999 is not allowed (from bad.yaml); allowed: a whole number from 0 to 65535',
    );
    expect(bad.stderr).toContain('stroage: no such setting; did you mean storage?');
    expect((await runProgram(['config', 'check', 'missing.yaml'], { cwd })).code).toBe(2);
  });

  it('checks the files that settings name, all at once', async () => {
    writeFileSync(
      join(cwd, 'files.yaml'),
      [
        'authorization: {publicKey: [missing.pem, bad.yaml]}',
        'geolocation: {detail: city, database: missing.mmdb}',
        'catalog: {type: postgres, postgres: {connectionString: "postgres://h/d", caFile: missing.crt}}',
        'storage: {encryption: {identityFile: missing.key}}',
      ].join('\n'),
    );
    const { code, stdout } = await runProgram(['config', 'check', 'files.yaml', '--json'], { cwd });
    expect(code).toBe(1);
    const { problems } = JSON.parse(stdout) as { problems: string[] };
    expect(problems).toEqual([
      expect.stringMatching(/^authorization\.publicKey: .*missing\.pem cannot be read/),
      expect.stringMatching(/^authorization\.publicKey: .*bad\.yaml holds no usable public key/),
      expect.stringMatching(/^storage\.encryption\.identityFile: .*missing\.key cannot be read \(ENOENT\)$/),
      expect.stringMatching(/^geolocation\.database: .*missing\.mmdb cannot be read \(ENOENT\)$/),
      expect.stringMatching(/^catalog\.postgres\.caFile: .*missing\.crt cannot be read \(ENOENT\)$/),
    ]);
  });

  it('explains every setting', async () => {
    expect((await runProgram(['config', 'reference'], { cwd })).stdout).toBe(configReference());
  });

  it.each([[[]], [['chekc', 'good.yaml']], [['print', 'good.yaml']], [['check']]])('refuses %j', async (args) =>
    expect(run(args)).rejects.toMatchObject({ code: 'USAGE' }),
  );
});
