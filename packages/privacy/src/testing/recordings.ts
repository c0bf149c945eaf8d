import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../test/recordings/', import.meta.url);

/** Messages of real browsers in test calls. */
export interface Recording {
  readonly name: string;
  /** The messages, one per line, as bytes and as text. */
  readonly bytes: Uint8Array;
  readonly lines: readonly string[];
  /** Addresses of clients and servers, which must not survive. */
  readonly addresses: readonly string[];
}

interface Private {
  readonly client_addresses: readonly string[];
  readonly server_addresses: readonly string[];
}

export function recordings(): readonly Recording[] {
  const secrets = JSON.parse(readFileSync(new URL('private.json', FOLDER), 'utf8')) as Record<string, Private>;
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.raw'))
    .map((file) => {
      const name = file.slice(0, -'.raw'.length);
      const bytes = readFileSync(new URL(file, FOLDER));
      const { client_addresses, server_addresses } = secrets[name]!;
      return {
        name,
        bytes,
        lines: bytes.toString('utf8').trimEnd().split('\n'),
        addresses: [...client_addresses, ...server_addresses],
      };
    });
}
