import { expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { openPostgresCatalog } from './postgres.ts';

function settings(caFile: string) {
  const postgres = { connectionString: 'postgres://u:p@localhost/d', ssl: 'verify-full', caFile };
  return createConfig({ catalog: { type: 'postgres', postgres } }).catalog.postgres;
}

it('rejects a file without certificates', () => {
  expect(() => openPostgresCatalog(settings(import.meta.filename))).toThrow('no certificate in PEM');
});

it('rejects a file that cannot be read', () => {
  expect(() => openPostgresCatalog(settings('/nowhere/ca.pem'))).toThrow('/nowhere/ca.pem cannot be read (ENOENT)');
});
