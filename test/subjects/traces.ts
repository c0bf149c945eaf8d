import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The files below a directory that contain one of the texts, compressed files as they are and decompressed. */
export async function tracesIn(directory: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath, entry.name);
    // A file may be removed meanwhile.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    for (const text of tracesOf(bytes, texts)) found.push(`${path}: ${text}`);
  }
  return found;
}

/** Those of the texts that are in these bytes, or in what they decompress to. */
export function tracesOf(bytes: Buffer, texts: readonly string[]): string[] {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const contents = isGzip ? [bytes, gunzipSync(bytes)] : [bytes];
  return texts.filter((text) => contents.some((content) => content.includes(text)));
}
