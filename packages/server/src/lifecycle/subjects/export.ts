import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Catalog } from '../../catalog/catalog.ts';
import type { SessionRow } from '../../catalog/sessions.ts';
import { GatewayError, isGatewayError } from '../../errors/gateway-error.ts';
import type { Sessions } from '../sessions.ts';
import type { Subject } from './contract.ts';
import { type ExportedFile, type ExportedSession, exportPage } from './export-page.ts';
import type { SubjectFinder } from './finder.ts';

export interface ExportContext {
  readonly sessions: Pick<Sessions, 'text' | 'storedAnalysis'>;
  readonly catalog: Pick<Catalog, 'deliveries' | 'analyses'>;
  readonly finder: SubjectFinder;
  /** What is on disk of the dump of a session that is being recorded here; absent in commands. */
  live?(id: string): Promise<Buffer | undefined>;
}

export interface SubjectExport {
  /** The ZIP file (APPNOTE.TXT 6.3.10), which is made while it is read. Fails if a dump cannot be read. */
  readonly zip: Readable;
  /** Known when the stream has ended: number of sessions, and the names that the subject has in them. */
  readonly progress: { sessions: number; readonly names: Set<string> };
}

/** ZIP files have no time zone; the times of the entries would be those of this machine. */
const ENTRY_OPTIONS = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true } as const;

/**
 * Everything that the gateway has about a person or a call, in one file for that person: the dumps as text, the rows of
 * the catalog and the results of the analysis as JSON, and a page that explains them.
 *
 * @throws GatewayError SESSION_NOT_FOUND if there is nothing
 */
export async function exportSubject(context: ExportContext, subject: Subject): Promise<SubjectExport> {
  const { finder } = context;
  const rows = finder.sessions(subject.kind, await finder.names(subject));
  const first = await rows.next();
  if (first.done) throw new GatewayError('SESSION_NOT_FOUND', 'There are no sessions of this person or call');
  const zip = new ZipFile();
  // Typed as an older kind of stream, which it is not.
  const output = zip.outputStream as Readable;
  const progress = { sessions: 0, names: new Set<string>() };
  const note = (row: SessionRow): void => {
    progress.sessions++;
    progress.names.add(row[subject.kind] ?? row.id);
  };
  const write = async (): Promise<void> => {
    const writer = new ZipWriter(zip, output);
    const exported: ExportedSession[] = [];
    for (let next: IteratorResult<SessionRow, void> = first; !next.done; next = await rows.next()) {
      exported.push(await exportSession(writer, context, next.value));
      note(next.value);
    }
    writer.text('index.html', exportPage(subject, exported, new Date()));
    zip.end();
  };
  zip.on('error', (error) => output.destroy(error as Error));
  write().catch((error: unknown) => output.destroy(error as Error));
  return { zip: output, progress };
}

/** Adds one entry after the other. */
class ZipWriter {
  readonly #zip: ZipFile;
  readonly #output: Readable;

  constructor(zip: ZipFile, output: Readable) {
    this.#zip = zip;
    this.#output = output;
  }

  text(name: string, text: string): void {
    this.#zip.addBuffer(Buffer.from(text), name, ENTRY_OPTIONS);
  }

  json(name: string, value: unknown): void {
    this.text(name, `${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** Resolves when the stream was read to its end, so that one dump is open at a time. Rejects if the reader leaves. */
  async stream(name: string, source: Readable): Promise<void> {
    const abandon = (): void => void source.destroy();
    this.#output.once('close', abandon);
    try {
      this.#zip.addReadStream(source, name, ENTRY_OPTIONS);
      await finished(source);
    } finally {
      this.#output.off('close', abandon);
    }
  }
}

async function exportSession(writer: ZipWriter, context: ExportContext, row: SessionRow): Promise<ExportedSession> {
  const { catalog } = context;
  const folder = `sessions/${row.startedAt.slice(0, 10)}_${row.id}`;
  const files: ExportedFile[] = [];
  const json = (kind: ExportedFile['kind'], value: unknown): void => {
    const path = `${folder}/${kind}.json`;
    writer.json(path, value);
    files.push({ kind, path });
  };
  const dump = await openDump(context, row);
  if (dump) {
    const path = `${folder}/dump.txt`;
    await writer.stream(path, dump);
    files.push({ kind: 'dump', path });
  }
  json('session', row);
  const analysis = await catalog.analyses.get(row.id);
  if (analysis) {
    const { document, ...summary } = analysis;
    json('analysis', { ...summary, document: document === null ? null : (JSON.parse(document) as unknown) });
  }
  const delivery = await catalog.deliveries.get(row.id);
  if (delivery) json('forwarding', delivery);
  return {
    row,
    files,
    forwarded: delivery !== undefined && (delivery.remoteId !== null || delivery.state === 'delivered'),
  };
}

/** The dump as text; undefined if it is not here. */
async function openDump({ sessions, live }: ExportContext, row: SessionRow): Promise<Readable | undefined> {
  if (row.state === 'recording' || row.state === 'closed') {
    const lines = await live?.(row.id);
    return lines && Readable.from([lines]);
  }
  try {
    return await sessions.text(row.id);
  } catch (error) {
    if (isGatewayError(error, 'DUMP_NOT_FOUND')) return undefined;
    throw error;
  }
}
