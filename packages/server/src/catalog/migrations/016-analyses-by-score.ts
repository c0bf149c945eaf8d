import type { Migrate } from './migration.ts';

/**
 * The index of the list by score also has the start, so that the calls of a time range are found in it. Otherwise each
 * call with a low score that is newer than the range has to be read from its table first: hundreds of thousands.
 */
export const indexAnalysesByScore: Migrate = async (db) => {
  await db.schema
    .createIndex('analyses_by_score')
    .on('analyses')
    .columns(['experience', 'session_id desc', 'started_at'])
    .execute();
  await db.schema.dropIndex('analyses_by_experience').execute();
};
