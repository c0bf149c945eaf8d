import { type Kysely, sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';
import { createSessions } from './001-sessions.ts';
import { addSigned } from './002-signed.ts';
import { addCountryAndForward } from './003-country-and-forward.ts';
import { createRtcstatsServerView } from './004-rtcstats-server-view.ts';
import { addBrowserAndOrigin } from './005-browser-and-origin.ts';
import { createDeliveries } from './006-deliveries.ts';
import { prepareFeatureExtractor } from './007-feature-extractor.ts';
import { createAnalyses } from './008-analyses.ts';
import { createRtcstatsAnalysis } from './009-rtcstats-analysis.ts';
import { createRollups } from './010-rollups.ts';
import { createExportedParts } from './011-exported-parts.ts';
import { createRetention } from './012-retention.ts';
import { createAudit } from './013-audit.ts';
import { createErasures } from './014-erasures.ts';
import { addRollupMonths } from './015-rollup-months.ts';
import { indexAnalysesByScore } from './016-analyses-by-score.ts';
import { createDumpKeys } from './017-dump-keys.ts';
import type { EngineName, Migrate, MigrationContext } from './migration.ts';

/**
 * All migrations; they run in the order of their names. A released migration never changes: a change of the schema is a
 * new entry. An entry only adds, because gateways are upgraded one after the other and the old version keeps working
 * with the tables of the new one.
 */
const ENTRIES: Readonly<Record<string, Migrate>> = {
  '001-sessions': createSessions,
  '002-signed': addSigned,
  '003-country-and-forward': addCountryAndForward,
  '004-rtcstats-server-view': createRtcstatsServerView,
  '005-browser-and-origin': addBrowserAndOrigin,
  '006-deliveries': createDeliveries,
  '007-feature-extractor': prepareFeatureExtractor,
  '008-analyses': createAnalyses,
  '009-rtcstats-analysis': createRtcstatsAnalysis,
  '010-rollups': createRollups,
  '011-exported-parts': createExportedParts,
  '012-retention': createRetention,
  '013-audit': createAudit,
  '014-erasures': createErasures,
  '015-rollup-months': addRollupMonths,
  '016-analyses-by-score': indexAnalysesByScore,
  '017-dump-keys': createDumpKeys,
};

/** The names of all migrations, in their order. */
export const MIGRATIONS: readonly string[] = Object.keys(ENTRIES);

export function catalogMigrations(engine: EngineName): MigrationProvider {
  const context: MigrationContext = { engine, text: engine === 'postgres' ? sql`text collate "C"` : 'text' };
  const migrations = Object.entries(ENTRIES).map(([name, migrate]): [string, Migration] => [
    name,
    { up: (db: Kysely<unknown>) => migrate(db, context) },
  ]);
  return { getMigrations: () => Promise.resolve(Object.fromEntries(migrations)) };
}
