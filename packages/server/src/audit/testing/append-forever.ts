import { openCatalog } from '../../catalog/open.ts';
import { createConfig } from '../../config/config.ts';
import { CatalogAuditLog } from '../catalog-audit-log.ts';

/**
 * A process that records entries until it is killed, and prints the number of each when it is recorded.
 *
 *     node append-forever.ts <actor> <settings as JSON>
 */
const [actor = '', settings = '{}'] = process.argv.slice(2);
const catalog = await openCatalog(createConfig(JSON.parse(settings) as Record<string, unknown>));
const log = new CatalogAuditLog(catalog.audit);
for (let count = 0; ; count++) {
  await log.record({ action: 'report', actor, outcome: 'done', details: { count } });
  process.stdout.write(`${count}\n`);
}
