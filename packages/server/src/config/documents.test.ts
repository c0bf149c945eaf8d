import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createConfig } from './config.ts';

const DOCS = join(import.meta.dirname, '../../../../docs');

/** The examples of configuration in the documentation: blocks of YAML. */
const examples = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const blocks = readFileSync(join(DOCS, name), 'utf8').matchAll(/^```yaml\n(.*?)^```/gms);
    return [...blocks].map(([, text], index) => [`${name}, example ${index + 1}`, text!] as const);
  });

describe('an example in the documentation', () => {
  it.each(examples)('%s, is a valid configuration', (_, text) => {
    expect(() => createConfig(parse(text) as Record<string, unknown>)).not.toThrow();
  });
});
