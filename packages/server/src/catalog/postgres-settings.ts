/** The part of the configuration that names a PostgreSQL database (`catalog.postgres`). */
export interface PostgresSettings {
  /** Required with `catalog.type: postgres`. What it leaves out comes from libpq's environment variables. */
  readonly connectionString?: string | undefined;
  readonly ssl: 'disable' | 'require' | 'verify-full';
  /** Absolute path of the certificate authorities to trust; default: those of Node.js. */
  readonly caFile?: string | undefined;
  /** Maximum number of connections. */
  readonly poolSize: number;
}
