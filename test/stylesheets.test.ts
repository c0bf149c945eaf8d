import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const DESIGN = join(import.meta.dirname, '../packages/console/src/design');

it('names each class in one stylesheet only, because they apply to all pages', () => {
  const files = new Map<string, string[]>();
  for (const file of readdirSync(DESIGN).filter((name) => name.endsWith('.css'))) {
    const text = readFileSync(join(DESIGN, file), 'utf8');
    const names = new Set([...text.matchAll(/^(\.[a-z-]+) \{/gm)].map(([, name]) => name!));
    for (const name of names) files.set(name, [...(files.get(name) ?? []), file]);
  }
  expect(files.size).toBeGreaterThan(50);
  expect([...files].filter(([, of]) => of.length > 1)).toEqual([]);
});
