import { z } from 'zod';
import { settingInfo } from './setting-info.ts';

/** The settings of `insights`. */
export const insightsSchema = z.strictObject({
  enabled: z.boolean().default(true).register(settingInfo, {
    help: 'Whether each dump is analyzed when it is finished: scores, problems and features of the call, stored in the catalog. It is read once, for the verifier and the analysis. If false, a dump is analyzed only when somebody asks for it.',
  }),
  minimumGroup: z.number().int().min(1).max(1_000_000).default(5).register(settingInfo, {
    help: 'Groups of fewer calls than this are part of `other` in the breakdowns of the overview, so that a group cannot be followed that consists of a few people. 1 shows every group.',
  }),
  parquet: z
    .strictObject({
      enabled: z.boolean().default(false).register(settingInfo, {
        help: 'Whether the results of analyses are exported to the storage as Parquet files, in insights/. The rows of a session are removed with it.',
      }),
      intervalMinutes: z.int().min(1).max(1440).default(60).register(settingInfo, {
        help: 'How often calls that are not exported yet are written. Shorter intervals make more and smaller files.',
        unit: 'minutes',
      }),
    })
    .prefault({})
    .register(settingInfo, { help: 'Files for DuckDB, ClickHouse, Athena, Spark and Trino.' }),
});
