import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Anonymizer, compilePolicy, DumpAnonymizer, presetPolicy } from '@rtcstats-server/privacy';

/** The anonymized dump of one recording, for training or measuring a dictionary. */
export interface Sample {
  /** File name without extension. */
  readonly name: string;
  /** The recordings of all parties of a call have the same name here, because they share values. */
  readonly call: string;
  readonly text: string;
}

/** The metadata of a dump. Real ones differ in the values, which are too short to matter. */
const METADATA = {
  fileFormat: 3,
  url: '/',
  origin: 'https://example.com',
  startTime: 1795800000000,
  remoteAddresses: ['192.0.2.1'],
  clientProtocol: 'rtcstats#5.0',
};

/**
 * Anonymizes every recording (`*.raw`, `*.raw.gz`) in these directories, each with a random key, so that no two samples
 * have a pseudonym in common.
 */
export function samples(directories: readonly string[]): Sample[] {
  return directories.flatMap((directory) =>
    globSync('*.raw{,.gz}', { cwd: directory })
      .sort()
      .map((file) => {
        const name = basename(file).replace(/\.raw(\.gz)?$/, '');
        const bytes = readFileSync(join(directory, file));
        const raw = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
        return { name, call: name.replace(/\.[ab]\d?$/, ''), text: dump(raw) };
      }),
  );
}

/** A dump of the same form as a gateway stores it. */
function dump(messages: Uint8Array): string {
  const anonymizer = new Anonymizer(compilePolicy(presetPolicy('standard')));
  const metadata = anonymizer.metadata(METADATA);
  const lines = new DumpAnonymizer(anonymizer);
  const clean = [...lines.push(messages).map((piece) => piece.slice()), ...lines.end()];
  return Buffer.concat([
    Buffer.from('RTCStatsDump\n'),
    metadata,
    Buffer.from('\n'),
    ...clean,
    Buffer.from('["close",null,1000,1]\n'),
  ]).toString();
}
