import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('names each class in one stylesheet only, because they apply to all pages', () => {
  const files = new Map<string, string[]>();
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.css'))) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    const names = new Set([...text.matchAll(/^(\.[a-z-]+) \{/gm)].map(([, name]) => name!));
    for (const name of names) files.set(name, [...(files.get(name) ?? []), file]);
  }
  expect(files.size).toBeGreaterThan(50);
  expect([...files].filter(([, of]) => of.length > 1)).toEqual([]);
});
