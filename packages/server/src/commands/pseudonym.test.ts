import { readdirSync } from 'node:fs';
import { cleanNames, presetPolicy } from '@rtcstats-server/privacy';
import { printedBy, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { describe, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { run } from './pseudonym.ts';

const cwd = temporaryDirectory();
const key = '0123456789abcdef'.repeat(4);
const env = { RTCSTATS_PRIVACY_KEY: key };

describe('pseudonym', () => {
  it('prints those of this epoch and of earlier ones, the same that the gateway gives', async () => {
    const { code, stdout } = await runProgram(['pseudonym', '--user', 'alice@example.com', '--epochs', '3', '--json'], {
      cwd,
      env,
    });
    expect(code).toBe(0);
    const { kept, epochs } = JSON.parse(stdout) as {
      kept: boolean;
      epochs: { epoch: number; keyId: string; pseudonyms: string[] }[];
    };
    expect(kept).toBe(false);
    expect(epochs).toHaveLength(3);
    const keys = openPseudonymKeys(createConfig({ privacy: { key } }), { create: false });
    for (const { epoch, keyId, pseudonyms } of epochs) {
      expect(keyId).toBe(`e${epoch}`);
      expect(pseudonyms).toEqual(
        cleanNames('user', 'alice@example.com', presetPolicy('standard'), keys.epochOf(`e${epoch}`)!.key!),
      );
    }
    expect(new Set(epochs.map(({ pseudonyms }) => pseudonyms[0])).size).toBe(3);
  });

  it('prints one a line, with the kinds of a device', async () => {
    const args = ['pseudonym', '--device', "Anna's AirPods", '--epochs', '2'];
    const { stdout } = await runProgram(args, { cwd, env: { ...env, RTCSTATS_PRIVACY_KEY_ROTATION: 'off' } });
    expect(stdout).toMatch(
      /^e0 {2}always {2}audioinput-\w{10} {2}videoinput-\w{10} {2}audiooutput-\w{10} {2}device-\w{10}\n$/,
    );
  });

  it('creates no key, and reports where it is missing', async () => {
    const { code, stderr } = await runProgram(['pseudonym', '--user', 'a', '--data', 'none'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('KEY_UNUSABLE');
    expect(readdirSync(cwd)).not.toContain('none');
  });

  it.each([
    [[]],
    [['--user', 'a', '--device', 'b']],
    [['--user', '']],
    [['--user', 'a', '--epochs', '0']],
    [['alice']],
  ])('refuses %j', async (args) => {
    await printedBy(async () => expect(run(args)).rejects.toMatchObject({ code: 'USAGE' }));
  });
});
