import { execFileSync } from 'node:child_process';
import { printedBy } from '@rtcstats-server/testing/command-line';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from './command-table.ts';
import { run } from './completion.ts';
import { completionTable } from './completion-table.ts';
import { run as printManual } from './man.ts';

const commands = await completionTable(COMMANDS);
const scripts: Record<string, string> = {};
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) scripts[shell] = await printedBy(() => run([shell], COMMANDS));
});

/** What bash offers for the last of these words. */
function offered(...words: readonly string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const body = `COMP_WORDS=(rtcstats-server ${line}); COMP_CWORD=${words.length}; _rtcstats_server; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['--norc', '-c', `${scripts['bash']}\n${body}`], { cwd: import.meta.dirname });
  return output
    .toString()
    .split('\n')
    .filter((word) => word !== '');
}

describe('completion', () => {
  it('offers commands, subcommands, flags, values and paths in bash', () => {
    expect(offered('')).toEqual([...Object.keys(COMMANDS), 'help', '--help', '--version']);
    expect(offered('se')).toEqual(['serve', 'sessions']);
    expect(offered('sessions', 'd')).toEqual(['dump', 'delete']);
    expect(offered('sessions', 'list', '--st')).toEqual(['--state']);
    expect(offered('sessions', 'list', '--state', 's')).toEqual(['stored']);
    expect(offered('anonymize', '--preset', '')).toEqual(['standard', 'strict', 'compatible']);
    expect(offered('verify', 'completion.te')).toEqual(['completion.test.ts']);
    expect(offered('migrate', '')).toEqual([]);
    expect(offered('completion', 'f')).toEqual(['fish']);
    expect(offered('help', 'egr')).toEqual(['egress']);
  });

  it.each(['zsh', 'fish'])('names every flag in %s', (shell) => {
    for (const { name, flags } of commands) {
      expect(scripts[shell]).toContain(name);
      for (const flag of flags) expect(scripts[shell]).toMatch(new RegExp(`(--|-l )${flag.name}\\b`));
    }
  });

  it('refuses another shell', async () => {
    await expect(run(['tcsh'], COMMANDS)).rejects.toMatchObject({ code: 'USAGE' });
  });
});

it('the manual page explains every command and flag', async () => {
  const page = (await printedBy(() => printManual([], COMMANDS))).replaceAll('\\-', '-');
  for (const { name, flags } of commands) {
    const section = page.split(`.SH ${name.toUpperCase()}\n`)[1]?.split('\n.SH ')[0] ?? '';
    for (const flag of flags.filter((it) => it.name !== 'help')) expect(section).toContain(`--${flag.name}`);
  }
  // A line that begins with a dot would be a request.
  expect(page.split('\n').filter((line) => /^\.(?!TH|SH|TP|B|I|PP|nf|fi|br)/.test(line))).toEqual([]);
});
