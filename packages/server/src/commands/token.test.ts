import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';
import { Authorizer } from '../auth/authorization.ts';
import { createConfig } from '../config/config.ts';
import { run } from './token.ts';

const cwd = temporaryDirectory();
const secret = 'a secret of the application, long enough';
const env = { RTCSTATS_AUTHORIZATION_JWT_SECRET: secret };
const authorizer = new Authorizer(createConfig({ authorization: { jwtSecret: secret } }).authorization);

describe('token', () => {
  it('makes what the gateway accepts', async () => {
    const args = ['token', '--user', 'alice', '--conference', 'standup', '--session', 's-1'];
    const { code, stdout } = await runProgram(args, { cwd, env });
    expect(code).toBe(0);
    expect(await authorizer.authorize(stdout.trim())).toEqual({
      authorized: true,
      identity: { user: 'alice', conference: 'standup', session: 's-1' },
    });
  });

  it('says what else the configuration and the flags ask for, signed with the first secret', async () => {
    const authorization = { jwtSecret: [secret, 'an older secret'], issuer: ['a', 'b'], audience: 'gateway' };
    await writeFile(join(cwd, 'tokens.yaml'), JSON.stringify({ authorization }));
    const args = ['token', '--config', 'tokens.yaml', '--privacy', 'strict', '--forward', 'no'];
    const { stdout } = await runProgram(args, { cwd });
    const strictly = createConfig({ authorization: { ...authorization, jwtSecret: secret } });
    expect(await new Authorizer(strictly.authorization).authorize(stdout.trim())).toMatchObject({
      preset: 'strict',
      forward: false,
    });
  });

  it('puts it into a URL, and limits its life', async () => {
    const args = ['token', '--user', 'alice', '--lifetime', '5', '--url', 'wss://stats.example.com/page?x=1'];
    const { stdout } = await runProgram(args, { cwd, env });
    const url = new URL(stdout.trim());
    expect(url.href).toMatch(/^wss:\/\/stats\.example\.com\/page\?x=1&rtcstats-token=/);
    const payload = url.searchParams.get('rtcstats-token')!.split('.')[1]!;
    const { iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iat: number; exp: number };
    expect(exp - iat).toBe(5);
    expect(await authorizer.authorize(url)).toMatchObject({ authorized: true, identity: { user: 'alice' } });
  });

  it('needs a secret, and does not show it', async () => {
    const { code, stdout, stderr } = await runProgram(['token', '--user', 'a'], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('authorization.jwtSecret is not set');
    expect((await runProgram(['token', '--usr', 'a'], { cwd, env })).stderr).not.toContain(secret);
  });

  it.each([
    [['--url', 'ftp://x']],
    [['--url', 'x']],
    [['--lifetime', '0']],
    [['--lifetime', '1d']],
    [['--privacy', 'paranoid']],
    [['--forward', 'true']],
    [['alice']],
  ])('refuses %j', async (args) => expect(run(args)).rejects.toMatchObject({ code: 'USAGE' }));
});
