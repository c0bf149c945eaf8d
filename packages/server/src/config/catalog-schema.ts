import { z } from 'zod';
import { settingInfo } from './setting-info.ts';

/** TLS has its own settings, so that there is one place for each. */
function isConnectionString(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, searchParams } = new URL(text);
  return /^postgres(ql)?:$/.test(protocol) && ![...searchParams.keys()].some((name) => name.startsWith('ssl'));
}

const postgres = z.strictObject({
  connectionString: z.string().max(4096).refine(isConnectionString).optional().register(settingInfo, {
    help: 'The database. Several gateways may share one. Missing parts come from the variables of libpq (PGUSER, PGPASSWORD, …).',
    allowed:
      'postgres://user:password@host:5432/database, without parameters about TLS, which have settings of their own',
    secret: true,
  }),
  ssl: z.enum(['disable', 'require', 'verify-full']).default('verify-full').register(settingInfo, {
    help: '`verify-full`: TLS, and the certificate has to be for this host and signed by a known authority. `require`: TLS with any certificate. `disable`: no TLS, for a database on the same machine or network.',
  }),
  caFile: z.string().min(1).max(4096).optional().register(settingInfo, {
    help: 'The certificates of the authorities that `verify-full` trusts, in PEM format. Relative to the working directory.',
    allowed: 'a path',
    defaultText: 'those that Node.js knows',
  }),
  poolSize: z.int().min(1).max(100).default(4).register(settingInfo, {
    help: 'Maximum number of connections to the database. Writes share one, because rows are written in batches; the others serve reads.',
    unit: 'connections',
  }),
});

/** The settings of `catalog`. */
export const catalogSchema = z.strictObject({
  type: z.literal(['sqlite', 'postgres']).default('sqlite').register(settingInfo, {
    help: 'Where the list of sessions is stored. `sqlite`: `<dataDirectory>/catalog.sqlite`. `postgres`: a database that several gateways may share.',
  }),
  postgres: postgres.prefault({}).register(settingInfo, { help: 'The PostgreSQL database, version 12 or newer.' }),
});

/** Problems of settings that contradict each other. */
export function catalogContradictions({ type, postgres: settings }: z.output<typeof catalogSchema>): string[] {
  if (type !== 'postgres') return [];
  const problems: string[] = [];
  if (settings.connectionString === undefined) {
    problems.push('catalog.postgres.connectionString: has to be set, as catalog.type is postgres');
  }
  if (settings.caFile !== undefined && settings.ssl !== 'verify-full') {
    problems.push('catalog.postgres.caFile: is used with ssl verify-full only');
  }
  return problems;
}
