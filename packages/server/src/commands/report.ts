import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { DEFAULT_GROUP_SIZE } from '@rtcstats-server/api';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import { openSigningKey } from '../audit/signing-key.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { publicConfig } from '../config/print.ts';
import { retentionPeriods } from '../config/retention-schema.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { type BreachInput, breachReport } from '../report/breach.ts';
import { breachClock } from '../report/breach-clock.ts';
import { readBreachFacts } from '../report/breach-facts.ts';
import { parseCanary } from '../report/canary-evidence.ts';
import type { ReportDocument } from '../report/document.ts';
import { dpiaReport } from '../report/dpia.ts';
import { type AuditCheckpoint, type ReportFacts, readFacts } from '../report/facts.ts';
import { parseFindings } from '../report/findings.ts';
import { toHtml } from '../report/html.ts';
import { toMarkdown } from '../report/markdown.ts';
import { processingReport } from '../report/processing.ts';
import { PublicSettings } from '../report/public-settings.ts';
import { note } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, timeOf, usageError, wholeNumber } from './arguments.ts';
import { commandActor } from './audit-actor.ts';
import type { ExitCode } from './command.ts';
import { writeFileWhole, writeToStdout } from './output-file.ts';
import { configOption, keysIfAny, withCatalog } from './stored-sessions.ts';
import { version } from './version.ts';

const KINDS = ['processing', 'breach', 'dpia'] as const;
const FORMATS = ['markdown', 'html'] as const;

export const help = `
Usage: rtcstats-server report [--kind processing|breach|dpia] [-o FILE] [flags]

Writes a document for a data protection officer from the configuration and the catalog, in English, as Markdown or HTML.
It is a draft for a lawyer. What only the operator knows is marked [TO BE FILLED IN: …]. Secrets of the configuration and
names of people are never in it.

  --kind KIND        processing: record of processing activities (GDPR Art. 30(1)); breach: register entry and
                     notification (Art. 33); dpia: data protection impact assessment (Art. 35(7))
                     (default: processing)
  -o, --output FILE  write to this file (default: standard output)
  --format FORMAT    markdown or html (default: html if FILE ends in .html, else markdown)
  --findings FILE    breach: what was found in stored dumps, from reanonymize or verify --json
  --aware-since TIME breach: when the controller became aware, for the clock of 72 hours (ISO 8601 with a zone)
  --canary FILE      the result of the last canary, from canary --json
  -k, --group N      sessions in groups of fewer than N count as singled out, 2 to 1000 (default ${DEFAULT_GROUP_SIZE})
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)

Example: rtcstats-server report --kind dpia -o dpia.html
`;

export const options = {
  kind: { type: 'string', values: KINDS },
  output: { type: 'string', short: 'o', path: 'file' },
  format: { type: 'string', values: FORMATS },
  findings: { type: 'string', path: 'file' },
  'aware-since': { type: 'string' },
  canary: { type: 'string', path: 'file' },
  group: { type: 'string', short: 'k' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
} as const satisfies OptionSpecs;

/** A findings report of some hundred thousand dumps. */
const MAX_INPUT_BYTES = 256 * 1024 * 1024;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('report', args, options);
  if (positionals.length > 0) throw usageError(`report takes no ${JSON.stringify(positionals[0])}`, 'report');
  const kind = oneOf(values.kind ?? 'processing', '--kind', KINDS);
  const format = oneOf(values.format ?? formatOf(values.output), '--format', FORMATS);
  for (const flag of ['findings', 'aware-since'] as const) {
    if (values[flag] !== undefined && kind !== 'breach') throw usageError(`--${flag} needs --kind breach`, 'report');
  }
  const now = new Date();
  const awareSince = values['aware-since'] && timeOf(values['aware-since'], '--aware-since', 'report');
  if (awareSince && Date.parse(awareSince) > now.getTime())
    throw usageError('--aware-since is in the future', 'report');
  const k = values.group === undefined ? DEFAULT_GROUP_SIZE : wholeNumber(values.group, '--group', 2, 1000, 'report');
  const config = configOption(values);
  const canary = values.canary === undefined ? null : await parsed(values.canary, parseCanary);
  const findings = values.findings === undefined ? null : await parsed(values.findings, parseFindings);

  const text = await withCatalog(config, async (catalog) => {
    const settings = new PublicSettings(publicConfig(config));
    const periods = retentionPeriods(config.retention);
    const checkpoint = await lastCheckpoint(catalog, config.dataDirectory);
    const destroyedEpochs = keysIfAny(config)?.ring.destroyed ?? null;
    const evidence = { canary, holds: await catalog.holds.list(), periods, checkpoint, destroyedEpochs };
    const facts = await readFacts({ catalog, privacy: config, settings, version: version(), ...evidence, k, now });
    const breach = findings && (await readBreachFacts(findings, { catalog, endpoint: config.forward.endpoint }));
    const clock = awareSince ? breachClock(awareSince, now) : null;
    await new CatalogAuditLog(catalog.audit).record({
      action: 'report',
      actor: commandActor(),
      outcome: 'done',
      details: { kind },
    });
    const document = documentOf(kind, facts, { breach, clock });
    return format === 'html' ? toHtml(document) : toMarkdown(document);
  });
  const chunks = Readable.from([Buffer.from(text)]);
  if (values.output === undefined) {
    await writeToStdout(chunks);
    return 0;
  }
  await writeFileWhole(values.output, chunks);
  note(`Written to ${values.output}. Complete what is marked [TO BE FILLED IN: …], and have a lawyer check it.`);
  return 0;
}

function documentOf(kind: (typeof KINDS)[number], facts: ReportFacts, breach: BreachInput): ReportDocument {
  switch (kind) {
    case 'processing':
      return processingReport(facts);
    case 'breach':
      return breachReport(facts, breach);
    case 'dpia':
      return dpiaReport(facts);
  }
}

async function lastCheckpoint({ audit }: Catalog, dataDirectory: string): Promise<AuditCheckpoint | null> {
  const { origin } = await audit.head();
  const key = openSigningKey(dataDirectory, origin, { create: false });
  const last = key && (await audit.lastCheckpoint(key.id));
  return last ? { origin, size: last.size, createdAt: last.createdAt } : null;
}

/** Reads and parses a file. @throws GatewayError INPUT_UNREADABLE */
async function parsed<T>(path: string, parse: (text: string, name: string, fileTime: string) => T): Promise<T> {
  let text: string;
  let modified: Date;
  try {
    const { size, mtime } = await stat(path);
    if (size > MAX_INPUT_BYTES) throw new GatewayError('INPUT_UNREADABLE', `${path} is larger than 256 MiB`);
    modified = mtime;
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new GatewayError('INPUT_UNREADABLE', `${path} cannot be read (${code})`, { cause: error });
  }
  return parse(text, path, modified.toISOString());
}

function formatOf(output: string | undefined): (typeof FORMATS)[number] {
  return output !== undefined && /\.html?$/i.test(output) ? 'html' : 'markdown';
}

function oneOf<T extends string>(text: string, flag: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined)
    throw usageError(`${flag}: ${allowed.join(', ')} are allowed, not ${JSON.stringify(text)}`, 'report');
  return found;
}
