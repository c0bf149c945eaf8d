import { basename } from 'node:path';
import { type AffectedDump, FINDINGS_FORMAT, type FindingsReport, findingsReport } from '@rtcstats-server/api';
import { z } from 'zod';
import { GatewayError } from '../errors/gateway-error.ts';

/** A result of `verify --json`. Other members, such as excerpts of the findings, are left out. */
const verified = z.object({ name: z.string(), clean: z.boolean(), classes: z.record(z.string(), z.int().min(0)) });
const unread = z.object({ name: z.string(), error: z.string() });
/** The output of `verify --json`. */
const verifyOutput = z.object({ clean: z.boolean(), results: z.array(z.union([verified, unread])) });

/**
 * Reads the findings that a breach report is made from: a findings report, or what `verify --json` prints.
 *
 * @param name of the file, for messages
 * @param fileTime when it was written, which stands for the time of the findings where the file does not say
 * @throws GatewayError INPUT_UNREADABLE
 */
export function parseFindings(text: string, name: string, fileTime: string): FindingsReport {
  const json = jsonOf(text);
  const report = findingsReport.safeParse(json);
  if (report.success) return { ...report.data, dumps: distinct(report.data.dumps) };
  const printed = verifyOutput.safeParse(json).data;
  if (printed !== undefined) return fromVerify(printed, fileTime);
  throw new GatewayError('INPUT_UNREADABLE', `${name} is neither a findings report nor the output of verify --json`, {
    todo: 'Make it with: rtcstats-server verify DIR --json > FILE, or with rtcstats-server reanonymize.',
  });
}

function fromVerify({ results }: z.output<typeof verifyOutput>, createdAt: string): FindingsReport {
  const dumps = results.flatMap((result): AffectedDump[] => {
    if ('error' in result || result.clean) return [];
    return [{ session: sessionOf(result.name), findings: result.classes, outcome: 'none' }];
  });
  return {
    format: FINDINGS_FORMAT,
    createdAt,
    policy: 'not recorded',
    verifier: null,
    read: results.filter((result) => !('error' in result)).length,
    unreadable: results.filter((result) => 'error' in result).length,
    dumps: distinct(dumps),
  };
}

/** Dumps are files named after their session: `dumps/2026/03/01/<id>.gz` or `.zst`. */
function sessionOf(name: string): string {
  return basename(name).replace(/\.(gz|zst)$/, '');
}

/** A dump that is named twice counts once: the later entry says what became of it. */
function distinct(dumps: readonly AffectedDump[]): AffectedDump[] {
  return [...new Map(dumps.map((dump) => [dump.session, dump])).values()];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
