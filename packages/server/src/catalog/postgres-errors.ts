import pg from 'pg';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';

export interface PostgresPlace {
  /** `host:port` */
  readonly place: string;
  readonly database: string;
}

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Errors that need an operator, because waiting does not help, by SQLSTATE
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const REFUSALS: Readonly<Record<string, { readonly what: string; readonly todo: string }>> = {
  '28P01': {
    what: 'does not take the password',
    todo: 'Correct user and password in catalog.postgres.connectionString.',
  },
  '28000': {
    what: 'does not let this user in from here',
    todo: 'Correct the user in catalog.postgres.connectionString, or the pg_hba.conf of the server; it may insist on TLS (catalog.postgres.ssl).',
  },
  '3D000': {
    what: 'has no such database',
    todo: 'Create the database, or correct the name at the end of catalog.postgres.connectionString.',
  },
  '3F000': {
    what: 'has no schema to make the tables in',
    todo: 'Create the schema that the search_path of the user names.',
  },
  [INSUFFICIENT_PRIVILEGE]: {
    what: 'does not allow this user what the catalog needs',
    todo: 'Let the user create tables in its schema, or run `rtcstats-server migrate` as one who may and grant the other select, insert, update and delete on them.',
  },
};

/** Error codes of OpenSSL and Node.js for a certificate that is not accepted (`man 1 verify`). */
const CERTIFICATE =
  /^(ERR_TLS_.+|CERT_.+|.*SELF_SIGNED.*|UNABLE_TO_(VERIFY|GET)_.+|DEPTH_ZERO_.+|HOSTNAME_MISMATCH|INVALID_CA)$/;

/**
 * Translates errors of `pg`: where, what, and what to do. Its own messages may quote values, so they are not passed on.
 */
export class PostgresErrors {
  readonly #where: string;

  constructor({ place, database }: PostgresPlace) {
    this.#where = `The catalog at ${place} (database ${JSON.stringify(database)})`;
  }

  /** The error for a user without the right to create tables. */
  notAllowed(): GatewayError {
    return this.#refused(INSUFFICIENT_PRIVILEGE, undefined)!;
  }

  describe(error: unknown): GatewayError {
    const where = this.#where;
    const code = codeOf(error);
    const refused = code === undefined ? undefined : this.#refused(code, error);
    if (refused) return refused;
    if (code !== undefined && CERTIFICATE.test(code)) {
      return new GatewayError('CATALOG_MISCONFIGURED', `${where} shows a certificate that is not trusted (${code})`, {
        todo: 'Give the certificate of its authority with catalog.postgres.caFile, and connect by the name that it is made out for.',
        cause: error,
      });
    }
    // `pg` has no code for this error.
    if (error instanceof Error && error.message === 'The server does not support SSL connections') {
      return new GatewayError('CATALOG_MISCONFIGURED', `${where} does not speak TLS`, {
        todo: 'Switch TLS on in the server, or set catalog.postgres.ssl to disable if the way to it is safe.',
        cause: error,
      });
    }
    if (error instanceof pg.DatabaseError) {
      return new GatewayError('CATALOG_UNAVAILABLE', `${where} could not do what it was asked (${code})`, {
        todo: `Look up ${code} among PostgreSQL's error codes, and at the log of the server; sessions wait in the spool until it works again.`,
        cause: error,
      });
    }
    return new GatewayError('CATALOG_UNAVAILABLE', `${where} cannot be reached (${code ?? 'no answer'})`, {
      todo: 'Check that the server runs and can be reached from here; sessions wait in the spool until it works again.',
      cause: error,
    });
  }

  #refused(code: string, cause: unknown): GatewayError | undefined {
    const refusal = REFUSALS[code];
    if (!refusal) return undefined;
    const { what, todo } = refusal;
    return new GatewayError('CATALOG_MISCONFIGURED', `${this.#where} ${what} (${code})`, { todo, cause });
  }
}

/** The code of an error or of its cause; of several errors, one per address that was tried, the first one's. */
function codeOf(error: unknown): string | undefined {
  const first: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  if (!(first instanceof Error)) return undefined;
  return errorCode(first) ?? (first.cause === undefined ? undefined : codeOf(first.cause));
}
