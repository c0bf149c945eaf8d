import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, '../../../test/recordings');

/** The messages of one client in one call. */
export interface Recording {
  /** File name without extension. */
  readonly name: string;
  /** Path of the `.raw` file. */
  readonly path: string;
  /** Path and query of the upgrade request. */
  readonly url: string;
  /** Headers of the upgrade request, without those of the WebSocket handshake. */
  readonly headers: Readonly<Record<string, string>>;
  /** WebSocket subprotocol. */
  readonly protocol: string;
  /** WebSocket messages, in order. */
  readonly messages: readonly string[];
  /** IP addresses that must not be in an anonymized dump. */
  readonly addresses: readonly string[];
  /** All personal values in the recording, of every data class. */
  readonly personal: readonly string[];
}

/** Headers that a client generates for each WebSocket handshake. */
const HANDSHAKE = /^(host|connection|upgrade|sec-websocket-.*)$/;

/** Reads all recordings of real browsers; see test/recordings/README.md. */
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
