import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, '../../../test/recordings');

export interface Recording {
  readonly name: string;
  readonly path: string;
  /** Path and query of the upgrade request. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: string;
  readonly messages: readonly string[];
  /** Addresses that must not survive. */
  readonly addresses: readonly string[];
  /** Everything personal in it, of every class. */
  readonly personal: readonly string[];
}

/** The handshake's own headers; a client makes them anew. */
const HANDSHAKE = /^(host|connection|upgrade|sec-websocket-.*)$/;

/** What real browsers sent; see test/recordings/README.md. */
export function recordings(): Recording[] {
  const secrets = readJson('private.json') as Record<string, Record<string, string[]>>;
  const names = readdirSync(DIRECTORY).filter((name) => name.endsWith('.raw'));
  return names.map((file) => {
    const name = file.slice(0, -'.raw'.length);
    const { url, headers } = readJson(`${name}.headers.json`) as Pick<Recording, 'url' | 'headers'>;
    const personal = Object.values(secrets[name]!).flat();
    return {
      name,
      path: join(DIRECTORY, file),
      url,
      headers: Object.fromEntries(Object.entries(headers).filter(([key]) => !HANDSHAKE.test(key))),
      protocol: headers['sec-websocket-protocol'] ?? '',
      messages: readFileSync(join(DIRECTORY, file), 'utf8').trimEnd().split('\n'),
      addresses: [...secrets[name]!['client_addresses']!, ...secrets[name]!['server_addresses']!],
      personal,
    };
  });
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8'));
}
