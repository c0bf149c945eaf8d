import { once } from 'node:events';
import { runProgram, startProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';
import type { Command } from './command.ts';
import { flagSummaries } from './help-text.ts';

const cwd = temporaryDirectory();

const COMMANDS: Record<string, () => Promise<Command>> = {
  serve: () => import('./serve.ts'),
  anonymize: () => import('./anonymize.ts'),
  verify: () => import('./verify.ts'),
  import: () => import('./import.ts'),
  sessions: () => import('./sessions.ts'),
  mcp: () => import('./mcp.ts'),
  token: () => import('./token.ts'),
  pseudonym: () => import('./pseudonym.ts'),
  migrate: () => import('./migrate.ts'),
  config: () => import('./config.ts'),
  completion: () => import('./completion.ts'),
  man: () => import('./man.ts'),
};

describe('the program', () => {
  it('lists every command with --help', async () => {
    const { code, stdout } = await runProgram(['--help'], { cwd });
    expect(code).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\w`, 'm'));
  });

  it('explains a command, wherever --help stands', async () => {
    const { help } = await COMMANDS['token']!();
    for (const args of [
      ['token', '--user', 'a', '--help'],
      ['token', '-h'],
      ['help', 'token'],
    ]) {
      expect(await runProgram(args, { cwd })).toMatchObject({ code: 0, stdout: `${help.trim()}\n` });
    }
  });

  it('says the same on standard error, and that it could do nothing, without a command', async () => {
    expect(await runProgram([], { cwd })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('serve'),
    });
  });

  it('tells its version', async () => {
    expect(await runProgram(['--version'], { cwd })).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });

  it('names the nearest command, in one line', async () => {
    const { code, stderr } = await runProgram(['servr'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'rtcstats-server: There is no command "servr"; did you mean serve? Run `rtcstats-server --help`. [USAGE]\n',
    );
  });

  it('does not find names of the prototype', async () => {
    expect((await runProgram(['constructor'], { cwd })).code).toBe(2);
  });

  it('prints no colors into a pipe, or anywhere with NO_COLOR', async () => {
    const { stderr } = await runProgram(['nonsense'], { cwd });
    expect(stderr).not.toMatch(/\u001b/);
  });

  it('ends quietly when the reader of its output closes the pipe', async () => {
    const program = startProgram(['config', 'reference'], { cwd });
    program.stdout.destroy();
    let stderr = '';
    program.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    await once(program, 'close');
    expect(stderr).toBe('');
  });

  it('says what it needs when Node is too old', async () => {
    const pretend = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.18.0' } })";
    const node = ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`];
    const { code, stderr } = await runProgram(['--help'], { cwd, node });
    expect(code).toBe(2);
    expect(stderr).toMatch(/Node\.js 22\.18\.0, but version 26\.10 or newer is needed.*\[NODE_TOO_OLD\]/);
  });
});

describe.each(Object.entries(COMMANDS))('%s', (name, load) => {
  it('explains itself, with an example', async () => {
    const { help } = await load();
    expect(help).toMatch(new RegExp(`^\\nUsage: rtcstats-server ${name}[ \\n]`));
    expect(help).toContain(`\nExample: rtcstats-server ${name} `);
    expect(help.split('\n').filter((line) => line.length > 130)).toEqual([]);
  });

  it('explains every flag it takes', async () => {
    const command = await load();
    for (const flag of Object.keys(command.options)) expect(flagSummaries(command.help).get(flag)).toMatch(/\w/);
  });
});
