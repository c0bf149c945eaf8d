import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

test('imports only its own modules, so that it runs in browsers', async () => {
  const names = (await readdir(new URL('.', import.meta.url))).filter((name) => /^(?!.*\.test).*\.ts$/.test(name));
  expect(names).toContain('index.ts');
  for (const name of names) {
    const text = await readFile(new URL(name, import.meta.url), 'utf8');
    const imports = Array.from(text.matchAll(/\bfrom '([^']+)'|\bimport\(/g), (match) => match[1] ?? match[0]);
    expect(imports.filter((specifier) => !/^\.\/[a-z-]+\.ts$/.test(specifier))).toEqual([]);
    expect(text).not.toMatch(/\b(Buffer|process|globalThis|require)\b[.(]/);
  }
});
