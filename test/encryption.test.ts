import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { sendSession } from '@rtcstats-server/testing/client';
import { RtcstatsComStub } from '@rtcstats-server/testing/rtcstats-com';
import { runCommand, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, it, onTestFinished } from 'vitest';

const MARKER = '7316402958';
const MESSAGE = `["number",null,${MARKER},1795800000000]`;

/** Files with the text, or compressed, outside of the spool, which has the lines of sessions for a while. */
async function filesWith(directory: string, text: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const outside = paths.filter((path) => !path.startsWith(join(directory, 'spool')));
  const contents = await Promise.all(outside.map((path) => readFile(path)));
  return outside.filter((_, index) => contents[index]!.includes(text) || isGzip(contents[index]!));
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

it('encrypts a dump, and decrypts it for everything that reads it, until it is deleted', async () => {
  const stub = await new RtcstatsComStub().start();
  onTestFinished(() => stub.stop());
  const scratch = await scratchDirectory();
  const data = join(scratch, 'data');
  const identity = await generateX25519Identity();
  const identityFile = join(scratch, 'identity.txt');
  await writeFile(identityFile, `# the operator\n${identity}\n`);
  const config = join(scratch, 'config.json');
  const encryption = { recipients: [await identityToRecipient(identity)], identityFile };
  const forward = { mode: 'upload', endpoint: stub.endpoint, token: stub.token };
  // The workers get the keys of dumps from the primary.
  const settings = { server: { processes: 2 }, dataDirectory: data, storage: { encryption }, forward };
  await writeFile(config, JSON.stringify(settings));
  const server = await startServer(data, {}, ['--config', config]);
  await sendSession(`${server.url}/call`, [MESSAGE]);
  const [{ session: id }] = (await server.logged('session finished')) as [{ session: string; msg: string }];

  const [stored] = await storedDumps(data);
  expect((await readFile(stored!)).toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> X25519 /);
  await expect.poll(() => stub.assembled.length).toBe(1);
  expect(await filesWith(data, MARKER)).toEqual([]);

  const row = (await (await fetch(`${server.api}/api/sessions/${id}`)).json()) as { receipt: { sha256: string } };
  const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  expect(sha256(stub.assembled[0]!.bytes)).toBe(row.receipt.sha256);
  const dump = await (await fetch(`${server.api}/api/sessions/${id}/dump`)).text();
  expect(dump).toContain(MARKER);
  const verdict = await fetch(`${server.api}/api/sessions/${id}/verify`, { method: 'POST' });
  expect(await verdict.json()).toMatchObject({ clean: true });

  const copy = join(scratch, 'copy.gz');
  await runCommand('sessions', 'dump', id, '-o', copy, '--config', config);
  expect(sha256(await readFile(copy))).toBe(row.receipt.sha256);
  expect(gunzipSync(await readFile(copy)).toString()).toBe(dump);
  const [analyzed, cured] = await Promise.all([
    runCommand('analyze', id, '--config', config),
    runCommand('reanonymize', '--all', '--dry-run', '--config', config),
  ]);
  expect(analyzed.output).not.toContain('DUMP_ENCRYPTED');
  expect(cured.output).toContain('1 dump read, 0 with findings');

  // A command that has no private key says what is missing.
  const { identityFile: _, ...withoutIdentity } = encryption;
  await writeFile(config, JSON.stringify({ ...settings, storage: { encryption: withoutIdentity } }));
  const closed = await runCommand('sessions', 'dump', id, '--config', config);
  expect(closed.code).not.toBe(0);
  expect(closed.output).toContain('storage.encryption.identityFile');

  const backup = join(scratch, 'backup');
  await copyFile(stored!, backup);
  expect((await fetch(`${server.api}/api/sessions/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect(await storedDumps(data)).toEqual([]);
  expect(server.output).not.toMatch(/AGE-SECRET-KEY/i);
  // Nobody can read the copy any more.
  expect((await readFile(backup)).subarray(0, 3).toString()).toBe('age');
  const database = new DatabaseSync(join(data, 'catalog.sqlite'), { readOnly: true });
  expect(database.prepare('select count(*) as number from dump_keys').get()).toEqual({ number: 0 });
  database.close();
  expect(await readdir(join(data, 'encrypting'))).toEqual([]);
}, 60_000);

it('does not start with a private key that opens nothing', async () => {
  const scratch = await scratchDirectory();
  const [own, other] = await Promise.all([generateX25519Identity(), generateX25519Identity()]);
  await writeFile(join(scratch, 'identity.txt'), other);
  const encryption = { recipients: [await identityToRecipient(own)], identityFile: join(scratch, 'identity.txt') };
  const config = join(scratch, 'config.json');
  await writeFile(config, JSON.stringify({ dataDirectory: join(scratch, 'data'), storage: { encryption } }));
  const { code, output } = await runCommand('serve', '--port', '0', '--admin-port', '0', '--config', config);
  expect(code).not.toBe(0);
  expect(output).toContain('ENCRYPTION_UNUSABLE');
  expect(output).toContain(await identityToRecipient(other));
  expect(output).not.toMatch(/AGE-SECRET-KEY/);
});
